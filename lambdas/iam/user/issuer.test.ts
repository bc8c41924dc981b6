import { describe, expect, it } from 'vitest';
import { named } from '../../../lib/domain/named.ts';
import type { Session } from '../../runtime/session.ts';
import { userFacts } from './facts.ts';
import { user } from './target.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const sight = { place, now: '2026-11-29T10:00:00.000Z', since: '2026-11-29T09:00:00.000Z' };
const key = named('access-key', 'ASIAIOSFODNN7EXAMPLE', place, {
  principal: { kind: 'federated-user', name: 'bob', id: '111122223333', session: 'bob' },
});

interface Asked {
  readonly region: string | undefined;
  readonly LookupAttributes: { readonly AttributeKey: string }[];
}
/** A CloudTrail that answers each question with these records. */
function trail(records: Readonly<Record<string, object[]>>, asked: Asked[] = []): Session {
  const client = (_: unknown, region?: string) => ({
    send: async ({ input }: { input: Asked }) => {
      asked.push({ ...input, region });
      const [{ AttributeKey = '' } = {}] = input.LookupAttributes;
      return { Events: (records[AttributeKey] ?? []).map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) };
    },
  });
  return { client } as unknown as Session;
}

const alice = { type: 'IAMUser', userName: 'alice', accountId: '111122223333' };
const issuing = (name: string, accessKeyId: string, by: object = alice) => ({
  eventName: 'GetFederationToken',
  userIdentity: by,
  requestParameters: { name },
  responseElements: { credentials: { accessKeyId } },
});

describe('who issued a federated session', () => {
  it.each([
    [
      'by the key it was handed',
      { EventName: [issuing('bob', 'ASIAOTHER', { ...alice, userName: 'carol' }), issuing('bob', key.id)] },
    ],
    [
      'by a call made with it',
      { AccessKeyId: [{ userIdentity: { type: 'FederatedUser', sessionContext: { sessionIssuer: alice } } }] },
    ],
    [
      'by its name',
      {
        EventName: [
          issuing('eve', 'ASIAOTHER', { ...alice, userName: 'carol' }),
          { ...issuing('bob', ''), responseElements: null },
        ],
      },
    ],
  ])('is found %s', async (_, records) => {
    const asked: Asked[] = [];
    const found = await userFacts.find?.(key, sight, trail(records, asked));
    expect(found).toMatchObject({ kind: 'user', id: 'alice', arn: 'arn:aws:iam::111122223333:user/alice' });
    expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(['eu-central-1', 'us-east-1']));
  });

  it.each([
    ['nothing is on record', {}],
    ['a call of its name was answered with another key', { EventName: [issuing('bob', 'ASIAOTHER')] }],
    [
      'a call of its name was refused',
      { EventName: [{ ...issuing('bob', ''), responseElements: null, errorCode: 'AccessDenied' }] },
    ],
    ['a record is none', { AccessKeyId: [{ userIdentity: 'x' }, {}] }],
  ])('is said to be unknown where %s', async (_, records) => {
    await expect(userFacts.find?.(key, sight, trail(records))).rejects.toThrow(/find the user, and deny them by hand/);
  });

  it('may be root, whom no policy of a user denies', async () => {
    const records = { EventName: [issuing('bob', key.id, { type: 'Root' })] };
    await expect(userFacts.find?.(key, sight, trail(records))).rejects.toThrow(/the root user of the account issued/);
  });

  it('is whom the steps work on, as explain shows', () => {
    expect(user.turnsOut?.(key)).toBe(true);
  });
});
