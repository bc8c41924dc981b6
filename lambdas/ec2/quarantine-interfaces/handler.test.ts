import { describe, expect, test, vi } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import type { QuarantineGroups } from '../quarantine-groups.ts';
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

  test('on a secondary private address is taken, kept and given back too', async () => {
    const second = { ip: '198.51.100.8', privateIp: '10.0.0.10', association: 'eipassoc-2', allocation: 'eipalloc-2' };
    const [first] = target.interfaces;
    const two: Instance = { ...target, interfaces: first ? [{ ...first, others: [second] }] : [] };
    const shown = {
      NetworkInterfaceId: 'eni-1',
      Groups: [{ GroupId: 'sg-a' }],
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.0.10', Primary: false, Association: { AllocationId: 'eipalloc-2' } },
        { PrivateIpAddress: '10.0.0.9', Primary: true, Association: { AllocationId: 'eipalloc-1' } },
      ],
    };
    const { asked, session } = ec2({
      ...shownOn('eni-1'),
      DescribeNetworkInterfaces: () => ({ NetworkInterfaces: [shown] }),
    });
    const now = await code.look(two, session);
    expect(now.interfaces).toEqual({
      'eni-1': { groups: ['sg-a'], elasticIp, more: [{ allocation: 'eipalloc-2', privateIp: '10.0.0.10' }] },
    });
    expect(code.beforeStateFrom?.({ ...two, seenAt: '2026-11-22T06:00:00Z' }, '2026-11-22T06:00:01Z')).toEqual({
      interfaces: now.interfaces,
      addresses: { 'eipalloc-1': 'eni-1', 'eipalloc-2': 'eni-1' },
    });
    const pair = { vpc: 'vpc-1', closed: 'sg-closed', open: 'sg-open' };
    await code.apply({ target: two, from: now, to: ours, prepared: [pair], session, run });
    await code.release({ target: two, from: ours, to: now, prepared: null, session, run });
    const of = (name: string, key: string) => asked.filter(([one]) => one === name).map(([, input]) => input[key]);
    expect(of('DisassociateAddress', 'AssociationId')).toEqual(['eipassoc-1', 'eipassoc-2']);
    expect(of('AssociateAddress', 'PrivateIpAddress')).toEqual(['10.0.0.9', '10.0.0.10']);
  });

  test('that cannot be taken, because the interface publishes a name, is said, and the rest is done', async () => {
    const { session } = ec2({ DisassociateAddress: () => refuse('InvalidAddress.Locked') });
    const pair = { vpc: 'vpc-1', closed: 'sg-closed', open: 'sg-open' };
    expect(await code.apply({ target, from: before, to: ours, prepared: [pair], session, run })).toMatchObject({
      outcome: 'partly-applied',
      failed: [{ what: 'Elastic IP of eni-1', error: expect.stringContaining('InvalidAddress.Locked') }],
    });
  });

  test('costs an instance without one no call', async () => {
    const { asked, session } = ec2(shownOn(undefined));
    await code.look({ ...target, interfaces: [] }, session);
    expect(asked.map(([name]) => name)).toEqual(['DescribeNetworkInterfaces']);
  });
});

describe('a group of ours', () => {
  const pair = { vpc: 'vpc-1', closed: 'sg-closed', open: 'sg-open' };
  const apply = (session: Session) => code.apply({ target, from: before, to: ours, prepared: [pair], session, run });
  /** Not found so many times, found from then on. */
  const lagging = (times: number, only: string, name = 'InvalidGroup.NotFound'): Answer => {
    let left = times;
    return ({ Groups }) => (String(Groups) === only && left-- > 0 ? refuse(name) : {});
  };
  const all4 = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  const open = { GroupId: 'sg-open', IpPermissions: [all4], IpPermissionsEgress: [all4] };
  const groups = (...some: object[]): Record<string, Answer> => ({
    DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: 'sg-closed' }, ...some] }),
  });
  const counted = groups(open);

  test.each([
    ['nothing comes in', { ...open, IpPermissions: [] }],
    ['no IPv6 goes out', { ...open, IpPermissionsEgress: [{ ...all4, Ipv6Ranges: [] }] }],
    ['one port is open', { ...open, IpPermissions: [{ ...all4, IpProtocol: 'tcp' }] }],
  ])('that somebody has stripped untracks nothing, and does not say so: %s', async (_, stripped) => {
    const { asked, session } = ec2(groups(stripped));
    expect(await apply(session)).toMatchObject({ changed: ['eni-1: closed group only', 'Elastic IP of eni-1'] });
    expect(asked.filter(([name]) => name === 'ModifyNetworkInterfaceAttribute')).toHaveLength(2);
  });

  test('that is not shown is not taken for open', async () => {
    expect(await apply(ec2(groups()).session)).toMatchObject({
      changed: ['eni-1: closed group only', 'Elastic IP of eni-1'],
    });
  });

  test('that lost our tag keeps its rules: they may be somebody else’s', async () => {
    const hole = { GroupId: 'sg-closed', IpPermissions: [all4] };
    const { asked, session } = ec2({ DescribeSecurityGroups: () => ({ SecurityGroups: [hole, open] }) });
    await apply(session);
    expect(asked.map(([name]) => name)).not.toContain('DescribeSecurityGroupRules');
  });

  test.each(['InvalidGroup.NotFound', 'InvalidSecurityGroupID.NotFound'])(
    'that is not found a moment after it was made (%s) is asked for again',
    async (name) => {
      for (const group of ['sg-open', 'sg-closed']) {
        const { session } = ec2({ ...counted, ModifyNetworkInterfaceAttribute: lagging(2, group, name) });
        expect(await apply(session)).toEqual({
          outcome: 'applied',
          changed: ['eni-1: open group, then closed group', 'Elastic IP of eni-1'],
        });
      }
    },
  );

  test('that stays away goes back to the state, if it is the closed one; the open one must not hold the closing up', async () => {
    const closed = ec2({ ...counted, ModifyNetworkInterfaceAttribute: lagging(9, 'sg-closed') });
    await expect(apply(closed.session)).rejects.toBeInstanceOf(Transient);
    const open = ec2({ ...counted, ModifyNetworkInterfaceAttribute: lagging(9, 'sg-open') });
    expect(await apply(open.session)).toMatchObject({ changed: ['eni-1: closed group only', 'Elastic IP of eni-1'] });
  });

  test('that is not listed yet when its rules are counted ends nothing: the verdict counts again', async () => {
    const DescribeSecurityGroups: Answer = ({ GroupIds }) =>
      GroupIds ? refuse('InvalidGroup.NotFound') : { SecurityGroups: [] };
    expect(await apply(ec2({ DescribeSecurityGroups }).session)).toMatchObject({ outcome: 'applied' });
  });

  test('of the before-state that is gone at release is no matter of patience', async () => {
    const { session } = ec2({ ModifyNetworkInterfaceAttribute: lagging(9, 'sg-a') });
    const to = { ...before, interfaces: { 'eni-1': { groups: ['sg-a'], elasticIp: null } } };
    expect(await code.release({ target, from: ours, to, prepared: null, session, run })).toMatchObject({
      outcome: 'partly-applied',
      failed: [{ what: 'eni-1', error: 'InvalidGroup.NotFound: no' }],
    });
  });
});

describe('the rules of a group of ours', () => {
  const tagged = (kind: string, more = {}) => ({
    GroupId: `sg-${kind}`,
    GroupName: `tourniquet-quarantine-${kind}`,
    VpcId: 'vpc-1',
    Tags: [{ Key: quarantineTag, Value: kind }],
    ...more,
  });
  /** A closed group as it is born, in a VPC that is made ready. Whoever else revokes is first by `others` rules. */
  function vpcWith(others: string[], name: string) {
    const there = new Set(['sgr-1', 'sgr-2']);
    const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
    const open = tagged('open', { IpPermissions: [everything], IpPermissionsEgress: [everything] });
    const RevokeSecurityGroupEgress: Answer = ({ SecurityGroupRuleIds }) => {
      for (const rule of others.splice(0)) there.delete(rule);
      const ids = SecurityGroupRuleIds as string[];
      if (ids.some((id) => !there.has(id))) return refuse(name);
      for (const id of ids) there.delete(id);
      return { Return: true };
    };
    const { session } = ec2({
      DescribeSecurityGroups: () => ({
        SecurityGroups: [open, tagged('closed', { IpPermissionsEgress: [everything] })],
      }),
      DescribeSecurityGroupRules: () => ({
        SecurityGroupRules: [...there].map((id) => ({ SecurityGroupRuleId: id, GroupId: 'sg-closed', IsEgress: true })),
      }),
      RevokeSecurityGroupEgress,
    });
    return { there, session };
  }

  /** Groups are made with the session alone. */
  const work = {} as Work;

  test.each(['InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound'])(
    'are all out in the end, also those that a refused call has left there: %s',
    async (name) => {
      for (const others of [[], ['sgr-1'], ['sgr-1', 'sgr-2']]) {
        const { there, session } = vpcWith(others, name);
        expect(await code.prepare?.(target, session, work)).toEqual([
          { vpc: 'vpc-1', closed: 'sg-closed', open: 'sg-open' },
        ]);
        expect([...there]).toEqual([]);
      }
    },
  );

  test('are left alone in a group that only has our name, or only our tag', async () => {
    const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const production = tagged('closed', { GroupId: 'sg-shop', GroupName: 'shop', IpPermissions: [everything] });
    const named = { ...tagged('closed', { IpPermissions: [everything] }), Tags: [] };
    const { asked, session } = ec2({
      DescribeSecurityGroups: ({ Filters }) => ({
        SecurityGroups: JSON.stringify(Filters).includes('group-name') ? [tagged('open'), named] : [production],
      }),
    });
    await expect(code.prepare?.(target, session, work)).rejects.toThrow('lacks the tag tourniquet-quarantine=closed');
    expect(asked.map(([name]) => name)).toEqual(['DescribeSecurityGroups']);
  });

  test('that come back again and again go back to the state', async () => {
    const { there, session } = vpcWith([], 'x');
    there.delete = () => false;
    await expect(code.prepare?.(target, session, work)).rejects.toBeInstanceOf(Transient);
  });
});

describe('flows that are always tracked', () => {
  const stored = { before, ours, releasedAt: null, releaseBegun: null } as never;
  const applied = { outcome: 'applied' as const, changed: ['eni-1: open group, then closed group'] };
  const igw = {
    VpcId: 'vpc-1',
    Associations: [{ Main: true }],
    Routes: [{ GatewayId: 'local' }, { GatewayId: 'igw-1' }],
  };
  const verdict = async (routes: object[], standing: object[] = []) => {
    const { session } = ec2({
      DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: 'sg-closed' }] }),
      DescribeRouteTables: () => ({ RouteTables: routes }),
      DescribeNetworkInterfaces: () => ({ NetworkInterfaces: standing }),
    });
    const read = await code.verify?.({ target, stored, applied, now: ours, session });
    return read && 'isolation' in read ? read.isolation?.['eni-1'] : undefined;
  };

  test('leave new connections only; the rest is isolated', async () => {
    expect(await verdict([igw])).toBe('isolated');
    expect(await verdict([{ ...igw, Routes: [{ NatGatewayId: 'nat-1' }] }])).toBe('isolated-new-connections-only');
  });

  test.each(['network_load_balancer', 'gateway_load_balancer_endpoint', 'global_accelerator_managed', 'vpc_endpoint'])(
    'go through what no route shows: %s',
    async (InterfaceType) => {
      expect(await verdict([igw], [{ InterfaceType, VpcId: 'vpc-1' }])).toBe('isolated-new-connections-only');
      expect(await verdict([igw], [{ InterfaceType, VpcId: 'vpc-2' }])).toBe('isolated');
    },
  );

  test('may go anywhere where no route is shown to us', async () => {
    expect(await verdict([])).toBe('isolated-new-connections-only');
  });
});
