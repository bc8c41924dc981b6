import { describe, expect, it } from 'vitest';
import { named } from '../../lib/domain/named.ts';
import type { Session } from '../runtime/session.ts';
import { issuerOf } from './issuer.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const key = 'ASIAEXAMPLE000000001';
const principal = { kind: 'federated-user', name: 'bob', id: null, session: null } as const;
const session = { ...named('access-key', key, place), principal };
const sight = { place, since: null, now: '2026-11-29T10:00:00.000Z' };

/** CloudTrail with these records, whatever it is asked. */
const trail = (...records: object[]): Session =>
  ({
    client: () => ({
      send: async () => ({ Events: records.map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) }),
    }),
  }) as never;
const issued = (changes: object = {}) => ({
  eventName: 'GetFederationToken',
  userIdentity: { type: 'IAMUser', userName: 'alice' },
  requestParameters: { name: 'bob' },
  responseElements: { credentials: { accessKeyId: key } },
  ...changes,
});
const issuer = (...records: object[]): Promise<string> => issuerOf(session, sight as never, trail(...records));

describe('who issued a federated session', () => {
  it('is the user whose call was answered with its key, or whom its own calls name', async () => {
    expect(await issuer(issued())).toBe('alice');
    const sessionIssuer = { type: 'IAMUser', userName: 'carol' };
    expect(await issuer({ userIdentity: { type: 'FederatedUser', sessionContext: { sessionIssuer } } })).toBe('carol');
  });

  it('goes by the name where CloudTrail does not show the key', async () => {
    expect(await issuer(issued({ responseElements: null }))).toBe('alice');
  });

  it.each([
    ['a call that was answered with another key', { responseElements: { credentials: { accessKeyId: 'ASIAOTHER' } } }],
    ['a call that was refused', { responseElements: null, errorCode: 'AccessDenied' }],
    ['a session of another name', { responseElements: null, requestParameters: { name: 'eve' } }],
  ])('is nobody by %s: anybody may choose the name', async (_, changes) => {
    await expect(issuer(issued(changes))).rejects.toThrow('CloudTrail shows nobody who issued');
  });

  it('may be root, whom no policy of a user denies', async () => {
    await expect(issuer(issued({ userIdentity: { type: 'Root' } }))).rejects.toThrow('the root user of the account');
  });
});
