import { describe, expect, test, vi } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { anyInstance, type Instance, type QuarantineGroups } from '../../../lib/domain/resource.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { InterfaceStates } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Instance, InterfaceStates, QuarantineGroups[]>;

const run = {
  incident: 'inc-1',
  id: 'run-1',
  playbook: 'p',
  mode: 'respond' as const,
  openedAt: '2026-11-22T06:00:00Z',
};
const target: Instance = {
  ...anyInstance({ partition: 'aws', account: '444455556666' }),
  id: 'i-1',
  interfaces: [
    {
      id: 'eni-1',
      vpc: 'vpc-1',
      subnet: 's',
      groups: ['sg-a'],
      publicAddress: { ip: '198.51.100.7', privateIp: '10.0.0.9', association: 'eipassoc-1', allocation: 'eipalloc-1' },
    },
  ],
};
const elasticIp = { allocation: 'eipalloc-1', privateIp: '10.0.0.9' };
const before: InterfaceStates = {
  interfaces: { 'eni-1': { groups: ['sg-a'], elasticIp } },
  addresses: { 'eipalloc-1': 'eni-1' },
};
const ours: InterfaceStates = {
  interfaces: { 'eni-1': { groups: ['sg-closed'], elasticIp: null } },
  addresses: { 'eipalloc-1': null },
};

type Answer = (input: Record<string, unknown>) => object;
const refuse = (name: string): never => {
  throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });
};
/** EC2 as far as the test tells it, with what it was asked. */
function ec2(answers: Record<string, Answer>) {
  const asked: [string, Record<string, unknown>][] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    asked.push([name, command.input]);
    return answers[name]?.(command.input) ?? {};
  };
  return { asked, session: { client: () => ({ send }) } as unknown as Session };
}
const shownOn = (holder: string | undefined): Record<string, Answer> => ({
  DescribeNetworkInterfaces: () => ({
    NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Groups: [{ GroupId: 'sg-closed' }] }],
  }),
  DescribeAddresses: () => ({ Addresses: [{ AllocationId: 'eipalloc-1', NetworkInterfaceId: holder }] }),
});

describe('an Elastic IP', () => {
  test('that operations moved meanwhile shows as changed meanwhile, with where it is', async () => {
    const now = await code.look(target, ec2(shownOn('eni-9')).session);
    expect(compareThreeWay(before, ours, now).changedMeanwhile).toEqual([
      { path: 'addresses.eipalloc-1', expected: 'eni-1', found: 'eni-9' },
    ]);
  });

  test('that nobody touched is put back without a question, and one that was given back to AWS is missed', async () => {
    const free = await code.look(target, ec2(shownOn(undefined)).session);
    expect(compareThreeWay(before, ours, free).changedMeanwhile).toEqual([]);
    const gone = await code.look(
      target,
      ec2({ ...shownOn(undefined), DescribeAddresses: () => ({ Addresses: [] }) }).session,
    );
    expect(compareThreeWay(before, ours, gone).changedMeanwhile).toEqual([
      { path: 'addresses.eipalloc-1', expected: 'eni-1', found: undefined },
    ]);
  });

  test('in use elsewhere is not taken from there: a person is told where it is', async () => {
    const { asked, session } = ec2({
      ...shownOn('eni-9'),
      AssociateAddress: ({ AllowReassociation }) =>
        AllowReassociation === false ? refuse('Resource.AlreadyAssociated') : {},
    });
    expect(await code.release({ target, from: ours, to: before, prepared: null, session, run })).toEqual({
      outcome: 'partly-applied',
      changed: ['eni-1'],
      failed: [{ what: 'Elastic IP of eni-1', error: expect.stringContaining('eipalloc-1 is in use on eni-9 now') }],
    });
    expect(asked.filter(([name]) => name === 'AssociateAddress')).toHaveLength(1);
  });

  test('costs an instance without one no call', async () => {
    const { asked, session } = ec2(shownOn(undefined));
    await code.look({ ...target, interfaces: [] }, session);
    expect(asked.map(([name]) => name)).toEqual(['DescribeNetworkInterfaces']);
  });
});
