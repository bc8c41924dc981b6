import { expect, test, vi } from 'vitest';
import type { Session } from '../../runtime/session.ts';
import type { Table } from '../../runtime/table.ts';
import { Root } from '../root/target.ts';

const rules = vi.hoisted(() => ({ exemptions: [] as object[] }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../../runtime/environment.ts', async (original) => {
  const { parseConfig } = await import('../../../lib/domain/parse-config.ts');
  return { ...(await original<object>()), config: () => parseConfig(rules, { file: 'test' }) };
});
/** None is in the table: the configuration's count. */
const settings = { get: async () => null } as unknown as Table;
const answers = vi.hoisted(() => ({ current: {} as Record<string, unknown> }));
const { audit } = await import('./handler.ts');

const [account, at] = ['444455556666', new Date('2026-06-01T11:00:00Z')];
const target = Root.parse({
  kind: 'root',
  partition: 'aws',
  account,
  region: 'eu-central-1',
  id: account,
  tags: {},
  since: null,
  key: null,
  arn: `arn:aws:iam::${account}:root`,
  principal: null,
  seenAt: at.toISOString(),
});
const failing = (name: string): Error => Object.assign(new Error('no'), { name });

async function answer(name: string): Promise<unknown> {
  const given = answers.current[name.replace('Command', '')] ?? {};
  if (given instanceof Error) throw given;
  return given;
}

/** Inside the root session: the client that a session would construct. */
const client = () =>
  ({ send: (command: { constructor: { name: string } }) => answer(command.constructor.name) }) as never;

const asked: unknown[] = [];
const session = {
  client: () => ({
    send: (command: { constructor: { name: string }; input: unknown }) => {
      asked.push(command.input);
      return answer(command.constructor.name);
    },
  }),
} as unknown as Session;
const credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't' };
const run = {
  incident: 'inc-1',
  id: 'run-1',
  playbook: 'root-user',
  mode: 'respond' as const,
  openedAt: at.toISOString(),
};
const looking = (given: Record<string, unknown>) => {
  answers.current = {
    AssumeRoot: { Credentials: credentials },
    GetLoginProfile: failing('NoSuchEntityException'),
    ...given,
  };
  return audit({ target, run, finding: null, session, settings, calls: [], client, now: () => at.toISOString() });
};

test('asks for a quarter of an hour of looking, and nothing else', async () => {
  await looking({});
  expect(asked).toEqual([
    {
      TargetPrincipal: account,
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
      DurationSeconds: 900,
    },
  ]);
});

test('tells what the root user holds, keys with their last use', async () => {
  const { facts, removable, keys } = await looking({
    ListAccessKeys: { AccessKeyMetadata: [{ AccessKeyId: 'AKIAROOT', Status: 'Active', CreateDate: at }] },
    GetAccessKeyLastUsed: { AccessKeyLastUsed: { LastUsedDate: at, ServiceName: 'iam', Region: 'us-east-1' } },
    GetLoginProfile: { LoginProfile: { CreateDate: at } },
    ListMFADevices: { MFADevices: [{ SerialNumber: 'mfa-1' }] },
    ListSigningCertificates: { Certificates: [{ CertificateId: 'CERT' }] },
  });
  expect([removable, keys]).toEqual(['some', ['AKIAROOT']]);
  expect(facts).toEqual([
    'No break-glass use of this root user is announced in the configuration',
    'Access key AKIAROOT, active, created at 2026-06-01T11:00:00.000Z, last used 2026-06-01T11:00:00.000Z, iam in us-east-1',
    'A console password, created at 2026-06-01T11:00:00.000Z',
    'Signing certificates: CERT',
    'Second factors: mfa-1',
  ]);
});

test('says that there is nothing, and then nobody is asked to remove it', async () => {
  const { facts, removable } = await looking({});
  expect(removable).toBe('none');
  expect(facts.slice(1)).toEqual(['It has no access key, console password or certificate', 'It has no second factor']);
});

test('says who announced a break-glass use, until when', async () => {
  const announced = { owner: 'Ivy', because: 'restore of the mailbox', when: { accounts: [account] } };
  rules.exemptions = [{ ...announced, until: '2026-05-31' }];
  expect((await looking({})).facts[0]).toMatch(/^No break-glass use/);
  rules.exemptions = [{ ...announced, until: '2026-06-01' }];
  expect((await looking({})).facts[0]).toBe(
    'A break-glass use of this root user is announced: restore of the mailbox (Ivy, until 2026-06-01)',
  );
  rules.exemptions = [];
});

test('where root access is not managed centrally it says so, and does not fail', async () => {
  const { removable, unknown, facts } = await looking({ AssumeRoot: failing('AccessDenied') });
  expect(removable).toBe('none');
  expect(facts).toHaveLength(1);
  expect(unknown).toEqual([expect.stringMatching(/Centralize root access for member accounts.*AccessDenied: no/)]);
  const stopped = await looking({ ListAccessKeys: failing('AccessDenied') });
  expect(stopped).toMatchObject({ removable: 'none', unknown: [expect.stringContaining('aws:AssumedRoot')] });
  await expect(looking({ AssumeRoot: failing('ExpiredTokenException') })).rejects.toThrow('no');
});
