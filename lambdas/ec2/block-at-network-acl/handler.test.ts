import { expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { AclState } from '../acl-rules.ts';
import { anyInstance, type Instance } from '../instance/target.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Instance, AclState>;

const run = { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '2026-11-22T06:00:00Z' };
const target: Instance = { ...anyInstance({ partition: 'aws', account: '444455556666' }), id: 'i-1' };
const before: AclState = { denied: {}, meant: [], cannot: [], used: {} };
const ours: AclState = {
  ...before,
  denied: { 'acl-1': { 'in 198.51.100.7/32': 1, 'out 198.51.100.7/32': 2, 'in 2001:db8::7/128': 3 } },
};

/** EC2, with what it was asked; refuses calls with this name. */
function ec2(refuses: Readonly<Record<string, string>> = {}) {
  const asked: [string, Record<string, unknown>][] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    asked.push([name, command.input]);
    if (refuses[name]) throw Object.assign(new Error('no'), { name: refuses[name] });
    return {};
  };
  return { asked, session: { client: () => ({ send }) } as unknown as Session };
}
const job = (session: Session, from: AclState, to: AclState) => ({ target, from, to, prepared: null, session, run });

test('each rule denies everything, in its own direction and family of addresses', async () => {
  const { asked, session } = ec2();
  expect(await code.apply(job(session, before, ours))).toMatchObject({ outcome: 'applied' });
  const all = { NetworkAclId: 'acl-1', Protocol: '-1', RuleAction: 'deny' };
  expect(asked).toEqual([
    ['CreateNetworkAclEntry', { ...all, RuleNumber: 1, Egress: false, CidrBlock: '198.51.100.7/32' }],
    ['CreateNetworkAclEntry', { ...all, RuleNumber: 2, Egress: true, CidrBlock: '198.51.100.7/32' }],
    ['CreateNetworkAclEntry', { ...all, RuleNumber: 3, Egress: false, Ipv6CidrBlock: '2001:db8::7/128' }],
  ]);
});

test.each([
  [
    'NetworkAclEntryLimitExceeded',
    /acl-1 has as many rules as it may: 20 a direction.*Take one out, or have it raised/,
  ],
  ['NetworkAclEntryAlreadyExists', /somebody has taken rule 1 of acl-1 meanwhile/],
])('what AWS refuses (%s) is said in words with what to do', async (name, words) => {
  const { session } = ec2({ CreateNetworkAclEntry: name });
  const change = await code.apply(job(session, before, ours));
  expect(change).toMatchObject({ outcome: 'partly-applied', changed: [] });
  expect(JSON.stringify(change)).toMatch(words);
});

test('an interface whose flows cannot be cut so is no part of what is applied', async () => {
  const change = await code.apply(job(ec2().session, before, { ...ours, cannot: ['eni-2: its subnet is shared'] }));
  expect(change).toMatchObject({ outcome: 'partly-applied', failed: [{ error: 'eni-2: its subnet is shared' }] });
});

test('release takes out ours, and what somebody has taken out already is no failure', async () => {
  const { asked, session } = ec2({ DeleteNetworkAclEntry: 'InvalidNetworkAclEntry.NotFound' });
  expect(await code.release(job(session, ours, before))).toMatchObject({ outcome: 'applied' });
  expect(asked[1]).toEqual(['DeleteNetworkAclEntry', { NetworkAclId: 'acl-1', RuleNumber: 2, Egress: true }]);
  const others = { ...before, denied: { 'acl-1': { 'in 198.51.100.7/32': 1 } } };
  const second = ec2();
  await code.release(job(second.session, ours, others));
  expect(second.asked.map(([, { RuleNumber }]) => RuleNumber)).toEqual([2, 3]);
});
