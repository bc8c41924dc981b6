import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { beforeEach, expect, test, vi } from 'vitest';
import type { User } from '../../iam/user/target.ts';
import type { Person } from '../../identity-center/person/target.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Suspect } from '../arns.ts';
import { contentFor } from './plan.ts';
import type { OrganizationDeny } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
vi.mock('../../runtime/environment.ts', () => ({
  environment: () => 'tourniquet',
  config: () => ({ organizationAdmin: { account: '111122223333', management: '111122223333' } }),
}));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Suspect, OrganizationDeny>;

const common = { partition: 'aws', account: '444455556666', region: 'eu-central-1', principal: null, tags: {} };
const target: User = {
  ...common,
  kind: 'user',
  id: 'alice',
  arn: 'arn:aws:iam::444455556666:user/shop/alice',
  since: null,
  seenAt: '2026-11-22T06:00:00Z',
  key: null,
  keys: [],
  attached: [],
  boundary: null,
};
const person: Person = {
  ...common,
  kind: 'person',
  id: 'mia',
  arn: 'arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_A_1/mia',
  seenAt: '2026-11-22T06:00:00Z',
  since: null,
  key: null,
  roleName: 'AWSReservedSSO_A_1',
};
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond' as const, openedAt: target.seenAt };
const policy = 'tourniquet-deny-069aabc98eb8';
const before = { policy, attached: 'no' } as const;
const ours = { policy, attached: 'yes' } as const;

type Input = Readonly<Record<string, unknown>>;
/** By the command's name: what it answers, an error to throw, or a function of what was asked. */
type Script = Readonly<Record<string, object | string | ((input: Input) => object)>>;

let sent: string[];
beforeEach(() => {
  sent = [];
});

/** Organizations as the script has it. */
function organizations(script: Script): Session {
  const client = new OrganizationsClient({ region: 'us-east-1' });
  client.send = (async (command: { constructor: { name: string }; input: Input }) => {
    const name = command.constructor.name.replace('Command', '');
    sent.push(name);
    const answer = script[name] ?? {};
    if (typeof answer === 'string') throw Object.assign(new Error('no'), { name: answer });
    return typeof answer === 'function' ? answer(command.input) : answer;
  }) as never;
  return { client: () => client } as unknown as Session;
}

const ourPolicy = { Policies: [{ Id: 'p-1', Name: policy }] };
const content = (of: Suspect) => ({ Policy: { Content: contentFor(of) } });
const weaker = { Policy: { Content: contentFor(target)?.replace('"Action":"*"', '"Action":"s3:*"') } };
const job = (script: Script) => ({
  target,
  from: before,
  to: ours,
  prepared: null,
  session: organizations(script),
  run,
});
const made = { CreatePolicy: { Policy: { PolicySummary: { Id: 'p-1' } } } };

test('finds its policy on whatever page it stands', async () => {
  const pages = (input: Input) =>
    input.NextToken ? ourPolicy : { Policies: [{ Id: 'p-0', Name: 'x' }], NextToken: 'n' };
  const session = organizations({ ListPoliciesForTarget: pages, DescribePolicy: content(target) });
  expect(await code.look(target, session)).toEqual(ours);
  expect(sent).toEqual(['ListPoliciesForTarget', 'ListPoliciesForTarget', 'DescribePolicy']);
});

test('does not take a weakened policy for its own', async () => {
  const session = organizations({ ListPoliciesForTarget: ourPolicy, DescribePolicy: weaker });
  expect(await code.look(target, session)).toEqual({ policy, attached: 'rewritten' });
});

test('looks for a person at the root of the organisation, since people hop from account to account', async () => {
  const asked: unknown[] = [];
  const listed = (input: Input) => {
    asked.push(input.TargetId);
    return { Policies: [] };
  };
  const Roots = { Roots: [{ Id: 'r-ab12' }] };
  await code.look(person, organizations({ ListRoots: Roots, ListPoliciesForTarget: listed }));
  await code.look(target, organizations({ ListPoliciesForTarget: listed }));
  expect(asked).toEqual(['r-ab12', '444455556666']);
});

test('attaches what an attempt made that died before it attached it', async () => {
  const script = { CreatePolicy: 'DuplicatePolicyException', ListPolicies: ourPolicy, DescribePolicy: content(target) };
  expect(await code.apply(job(script))).toHaveProperty('outcome', 'applied');
  expect(sent.at(-1)).toBe('AttachPolicy');
});

test('never attaches a policy of its name that says something else', async () => {
  const script = { CreatePolicy: 'DuplicatePolicyException', ListPolicies: ourPolicy, DescribePolicy: weaker };
  await expect(code.apply(job(script))).rejects.toMatchObject({
    name: 'Refused',
    message: expect.stringContaining('exists with other content'),
  });
  expect(sent).not.toContain('AttachPolicy');
});

test('attached meanwhile is attached', async () => {
  const script = { ...made, AttachPolicy: 'DuplicatePolicyAttachmentException' };
  expect(await code.apply(job(script))).toHaveProperty('outcome', 'applied');
});

test.each([
  ['AttachPolicy', 'ConstraintViolationException', 'Refused', 'a limit is reached'],
  ['CreatePolicy', 'ConstraintViolationException', 'Refused', 'a limit is reached'],
  ['AttachPolicy', 'PolicyTypeNotEnabledException', 'Refused', 'switched off'],
  ['AttachPolicy', 'TargetNotFoundException', 'Refused', 'not in the organisation'],
  ['CreatePolicy', 'AccessDeniedException', 'Broken', 'Deploy the member stack into 111122223333'],
  ['CreatePolicy', 'AWSOrganizationsNotInUseException', 'Broken', 'does not administer'],
  ['AttachPolicy', 'PolicyChangesInProgressException', 'Transient', ''],
  ['AttachPolicy', 'PolicyNotFoundException', 'Transient', ''],
])('%s that answers %s: %s', async (command, answer, name, words) => {
  const failing = code.apply(job({ ...made, [command]: answer }));
  await expect(failing).rejects.toMatchObject({ name, message: expect.stringContaining(words) });
});

test('a policy that is said to be there and is not listed yet is tried again', async () => {
  const failing = code.apply(job({ CreatePolicy: 'DuplicatePolicyException', ListPolicies: { Policies: [] } }));
  await expect(failing).rejects.toMatchObject({ name: 'Transient' });
});

test('lets go of what an attempt has detached and not deleted', async () => {
  const script = { ListPolicies: ourPolicy, DetachPolicy: 'PolicyNotAttachedException' };
  expect(await code.release(job(script))).toHaveProperty('outcome', 'applied');
  expect(sent.at(-1)).toBe('DeletePolicy');
});

test('says where the policy is in use that it should delete', async () => {
  const failing = code.release(job({ ListPolicies: ourPolicy, DeletePolicy: 'PolicyInUseException' }));
  await expect(failing).rejects.toMatchObject({ name: 'Refused', message: expect.stringContaining('elsewhere') });
});
