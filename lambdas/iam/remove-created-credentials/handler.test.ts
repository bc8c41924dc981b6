import { expect, test, vi } from 'vitest';
import type { EradicationCode, EradicationContext } from '../../runtime/serve-eradication.ts';
import { User } from '../user/target.ts';
import { type OwnedCredentials, ownerOf } from './plan.ts';
import type { Shown } from './step.ts';

vi.mock('../../runtime/serve-eradication.ts', () => ({ serveEradication: (_: unknown, code: unknown) => code }));
vi.mock('../../runtime/settings.ts', () => ({ breakGlassAnywhere: async () => [] }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as EradicationCode<User, Shown, OwnedCredentials>;

const at = new Date('2026-06-01T11:00:00Z');
const thief = User.parse({
  kind: 'user',
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  id: 'mallory',
  arn: 'arn:aws:iam::111122223333:user/mallory',
  principal: null,
  seenAt: at.toISOString(),
  tags: {},
  since: null,
  key: 'AKIALEAKED',
  keys: [],
  attached: [],
  boundary: null,
});
const one = (kind: string, id: string, of: string) => ({ kind, id, of, account: null, at: at.toISOString() });
const shown: Shown = {
  since: '2026-06-01T10:00:00Z',
  made: [one('access-key', 'AKIAEVE', 'eve'), one('login-profile', 'bob', 'bob')],
};

type Answers = Readonly<Record<string, object | Error>>;

/** IAM that answers by command and user; what is not said is empty. */
function context(answers: Answers) {
  const asked: string[] = [];
  const sessions: string[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, string> }) => {
    const { input } = command;
    const name = `${command.constructor.name.replace('Command', '')} ${input.UserName ?? input.AccessKeyId ?? ''}`;
    asked.push(input.Status ? `${name} ${input.Status}` : name);
    const answer = answers[name] ?? (name.startsWith('GetLoginProfile') ? gone : {});
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const sessionFor = async ({ id }: User) => {
    sessions.push(id);
    return { client: () => ({ send }) };
  };
  const given = { target: thief, shown, sessionFor } as unknown as EradicationContext<User, Shown>;
  return { given, asked, sessions };
}
const failing = (name: string): Error => Object.assign(new Error('no'), { name });
const gone = failing('NoSuchEntityException');
const there: Answers = {
  'ListAccessKeys eve': { AccessKeyMetadata: [{ AccessKeyId: 'AKIAEVE', CreateDate: at }] },
  'GetLoginProfile bob': { LoginProfile: { CreateDate: at } },
};

test('the last use of a key is read before anything goes; it is switched off before it is deleted', async () => {
  const last = { LastUsedDate: at, ServiceName: 's3', Region: 'us-east-1' };
  const { given, asked } = context({ ...there, 'GetAccessKeyLastUsed AKIAEVE': { AccessKeyLastUsed: last } });
  const seen = await code.look(given);
  expect(seen.lastUsed).toEqual({ AKIAEVE: '2026-06-01T11:00:00.000Z, s3 in us-east-1' });
  expect(asked.filter((call) => /^(Update|Delete)/.test(call))).toEqual([]);
  expect(await code.remove(given, seen)).toMatchObject({ outcome: 'removed', left: [], failed: [] });
  expect(asked.filter((call) => /^(Update|Delete)/.test(call))).toEqual([
    'UpdateAccessKey eve Inactive',
    'DeleteAccessKey eve',
    'DeleteLoginProfile bob',
  ]);
});

test('each owner has a session of its own, and the suspected user is looked at too', async () => {
  const { given, sessions } = context(there);
  const seen = await code.look(given);
  expect(sessions).toEqual(['mallory', 'eve', 'bob']);
  await code.remove(given, seen);
  expect(sessions.slice(3)).toEqual(['eve', 'bob']);
  expect(ownerOf(thief, 'eve').account).toBe(thief.account);
});

test('one that cannot be deleted does not keep the others', async () => {
  const { given } = context({ ...there, 'DeleteAccessKey eve': failing('AccessDenied') });
  expect(await code.remove(given, await code.look(given))).toMatchObject({
    outcome: 'partly-removed',
    removed: ['console password of user bob'],
    failed: [{ what: 'access key AKIAEVE of user eve', error: 'AccessDenied: no' }],
  });
});

test('a password set anew since an attempt died is not deleted', async () => {
  const { given: first } = context(there);
  const seen = await code.look(first);
  const anew = { LoginProfile: { CreateDate: new Date('2026-06-01T15:00:00Z') } };
  const { given, asked } = context({ ...there, 'GetLoginProfile bob': anew });
  await code.remove(given, seen);
  expect(asked).not.toContain('DeleteLoginProfile bob');
});

test('throttled, it is called again', async () => {
  const { given } = context({ ...there, 'ListAccessKeys eve': failing('ThrottlingException') });
  await expect(code.look(given)).rejects.toMatchObject({ name: 'Throttled' });
});
