import { expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { User } from '../user/target.ts';
import type { OtherCredentials } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<User, OtherCredentials>;

const target: User = {
  kind: 'user',
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  id: 'alice',
  principal: null,
  arn: 'arn:aws:iam::444455556666:user/shop/alice',
  seenAt: '2026-11-22T06:00:00Z',
  tags: {},
  since: null,
  key: null,
  keys: [],
  attached: [],
  boundary: null,
};
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond' as const, openedAt: target.seenAt };
const before: OtherCredentials = {
  service: { ACCABEDROCK: 'Active' },
  ssh: { APKALAPTOP: 'Active' },
  certificates: { CERTSOAP: 'Active' },
};
const ours: OtherCredentials = {
  service: { ACCABEDROCK: 'Inactive' },
  ssh: { APKALAPTOP: 'Inactive' },
  certificates: { CERTSOAP: 'Inactive' },
};

/** IAM that answers each call by the id it names. */
const iam = (errors: Readonly<Record<string, string>>): Session => {
  const send = async ({ input }: { input: Record<string, string> }) => {
    const [, name] = Object.entries(errors).find(([id]) => Object.values(input).includes(id)) ?? [];
    if (name) throw Object.assign(new Error('no'), { name });
    return {};
  };
  return { client: () => ({ send }) } as unknown as Session;
};
const job = (errors: Readonly<Record<string, string>>) =>
  ({ target, from: before, to: ours, prepared: null, session: iam(errors), run }) as const;

test('where one cannot be switched off the others are, and it is said which is not', async () => {
  expect(await code.apply(job({ APKALAPTOP: 'AccessDenied' }))).toEqual({
    outcome: 'partly-applied',
    changed: ['service-specific credential ACCABEDROCK: inactive', 'signing certificate CERTSOAP: inactive'],
    failed: [{ what: 'SSH key APKALAPTOP', error: 'AccessDenied: no' }],
  });
});

test('one that is deleted since is no failure, and is named', async () => {
  expect(await code.apply(job({ CERTSOAP: 'NoSuchEntityException' }))).toMatchObject({
    outcome: 'applied',
    changed: expect.arrayContaining(['signing certificate CERTSOAP: deleted since']),
  });
});

test('throttled, it is called again; the others had their turn', async () => {
  await expect(code.apply(job({ ACCABEDROCK: 'ThrottlingException' }))).rejects.toMatchObject({ name: 'Throttled' });
});
