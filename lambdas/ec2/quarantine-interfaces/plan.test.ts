import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { kindOf } from '../../targets/target.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import { planProtection } from '../protect-from-termination/plan.ts';
import { planRemoval } from '../swap-instance-profile/plan.ts';
import { beforeStateFrom, groupsFor, planQuarantine, type ReadBack, twoPhase, verdictOf } from './plan.ts';
import { type InterfaceStates, quarantineInterfaces } from './step.ts';

const now = '2026-11-22T03:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(now) + seconds * 1000).toISOString();
const nic = (id: string, vpc = 'vpc-1', groups = ['sg-b', 'sg-a']) => ({
  id,
  vpc,
  subnet: 's',
  groups,
  publicAddress: null,
});
const target: Instance = {
  ...anyInstance({ partition: 'aws', account: '444455556666' }),
  id: 'i-1',
  seenAt: now,
  interfaces: [nic('eni-1'), nic('eni-2')],
};
const pair = { vpc: 'vpc-1', closed: 'sg-closed', open: 'sg-open' };
const before: InterfaceStates = {
  interfaces: {
    'eni-1': { groups: ['sg-a'], elasticIp: null },
    'eni-2': { groups: ['sg-a', 'sg-b'], elasticIp: null },
  },
  addresses: {},
};
const ours: InterfaceStates = {
  interfaces: {
    'eni-1': { groups: ['sg-closed'], elasticIp: null },
    'eni-2': { groups: ['sg-closed'], elasticIp: null },
  },
  addresses: {},
};

describe('the before-state from facts', () => {
  it('is taken from young facts, with groups in order', () => {
    expect(beforeStateFrom(target, later(59))?.interfaces['eni-1']).toEqual({
      groups: ['sg-a', 'sg-b'],
      elasticIp: null,
    });
  });

  it('has the interface of each Elastic IP, and nothing of an address the subnet gave', () => {
    const publicAddress = {
      ip: '198.51.100.7',
      privateIp: '10.0.0.9',
      association: 'eipassoc-1',
      allocation: 'eipalloc-1',
    };
    const assigned = { ...publicAddress, association: null, allocation: null };
    const interfaces = [
      { ...nic('eni-1'), publicAddress },
      { ...nic('eni-2'), publicAddress: assigned },
    ];
    expect(beforeStateFrom({ ...target, interfaces }, now)).toMatchObject({
      interfaces: { 'eni-1': { elasticIp: { allocation: 'eipalloc-1', privateIp: '10.0.0.9' } } },
      addresses: { 'eipalloc-1': 'eni-1' },
    });
    expect(beforeStateFrom({ ...target, interfaces }, now)?.addresses).toEqual({ 'eipalloc-1': 'eni-1' });
  });

  it('is taken again when the facts are a minute old, or name no interface', () => {
    expect(beforeStateFrom(target, later(61))).toBeNull();
    expect(beforeStateFrom({ ...target, interfaces: [] }, now)).toBeNull();
  });
});

describe('the plan', () => {
  it('leaves only the closed group on every interface', () => {
    expect(planQuarantine(target, before, [pair])).toEqual({ ours });
  });

  it('frees the Elastic IPs of the instance, and none that is on another', () => {
    const addresses = { 'eipalloc-1': 'eni-1', 'eipalloc-2': 'eni-elsewhere', 'eipalloc-3': null };
    expect(planQuarantine(target, { ...before, addresses }, [pair])).toEqual({
      ours: { ...ours, addresses: { ...addresses, 'eipalloc-1': null } },
    });
  });

  it('uses each interface’s own VPC', () => {
    const two = { ...target, interfaces: [nic('eni-1'), nic('eni-2', 'vpc-2')] };
    const groups = [pair, { vpc: 'vpc-2', closed: 'sg-closed-2', open: 'sg-open-2' }];
    expect(groupsFor(two, groups)).toEqual(groups);
    expect(planQuarantine(two, before, groups)).toMatchObject({
      ours: { interfaces: { 'eni-2': { groups: ['sg-closed-2'] } } },
    });
    expect(groupsFor(two, [pair])).toBeNull();
  });

  it('never takes a quarantine for a before-state', () => {
    const held = {
      addresses: {},
      interfaces: { ...before.interfaces, 'eni-2': { groups: ['sg-closed'], elasticIp: null } },
    };
    expect(planQuarantine(target, held, [pair])).toHaveProperty('refused', expect.stringContaining('eni-2'));
  });

  it('covers every interface it is shown, whatever their groups', () => {
    const groups = fc.array(fc.constantFrom('sg-a', 'sg-b', 'sg-c'));
    const states = fc.dictionary(
      fc.constantFrom('eni-1', 'eni-2', 'eni-3'),
      groups.map((g) => ({ groups: g, elasticIp: null })),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(states, (interfaces) => {
        const plan = planQuarantine(target, { interfaces, addresses: {} }, [pair]);
        expect('ours' in plan && Object.keys(plan.ours.interfaces).toSorted()).toEqual(
          Object.keys(interfaces).toSorted(),
        );
      }),
    );
  });
});

describe('the verdict', () => {
  const applied = { outcome: 'applied' as const, changed: [twoPhase('eni-1'), twoPhase('eni-2')] };
  const good: ReadBack = { ours, now: ours, applied, rules: { 'sg-closed': 0 }, alwaysTracked: new Set<string>() };

  it('is isolated when both phases were carried out and read back', () => {
    expect(verdictOf(good)).toMatchObject({
      outcome: 'verified',
      isolation: { 'eni-1': 'isolated', 'eni-2': 'isolated' },
    });
  });

  it('says exactly which interface is not isolated', () => {
    const half = { addresses: {}, interfaces: { ...ours.interfaces, 'eni-2': { groups: ['sg-a'], elasticIp: null } } };
    expect(verdictOf({ ...good, now: half })).toEqual({
      outcome: 'not-verified',
      because: 'not isolated: eni-2',
      isolation: { 'eni-1': 'isolated', 'eni-2': 'not-isolated' },
    });
  });

  it('does not trust a closed group with a rule in it, or one it could not count', () => {
    expect(verdictOf({ ...good, rules: { 'sg-closed': 1 } }).outcome).toBe('not-verified');
    expect(verdictOf({ ...good, rules: {} }).outcome).toBe('not-verified');
  });

  it('sees an interface that was attached meanwhile', () => {
    const more = { addresses: {}, interfaces: { ...ours.interfaces, 'eni-9': { groups: ['sg-a'], elasticIp: null } } };
    expect(verdictOf({ ...good, now: more })).toMatchObject({ because: 'not isolated: eni-9' });
  });

  it('is honest about flows that stay tracked', () => {
    expect(verdictOf({ ...good, alwaysTracked: new Set(['eni-1']) })).toMatchObject({
      isolation: { 'eni-1': 'isolated-new-connections-only', 'eni-2': 'isolated' },
    });
    expect(verdictOf({ ...good, alwaysTracked: new Set(['eni-1']) })).toHaveProperty('flows', 'may live on');
    expect(verdictOf(good)).not.toHaveProperty('flows');
    expect(verdictOf({ ...good, applied: null })).toMatchObject({
      isolation: { 'eni-1': 'isolated-new-connections-only' },
    });
  });
});

describe('an instance that a service of AWS runs for the account', () => {
  const managed: Instance = { ...target, managedBy: 'eks.amazonaws.com' };
  const refused = { refused: expect.stringContaining('eks.amazonaws.com runs this instance') };

  it('is left alone by whatever AWS would refuse, and that is known before anybody is asked', () => {
    expect(planQuarantine(managed, before, [pair])).toEqual(refused);
    expect(planRemoval(managed, { profile: 'arn' })).toEqual(refused);
    expect(planProtection(managed, {} as never)).toEqual(refused);
    expect(kindOf(managed).refuses?.(managed)?.levers).toContain('quarantine-interfaces');
    expect(kindOf(target).refuses?.(target)).toBeNull();
  });
});

describe('our own rights in a subnet that another account shares', () => {
  const { prepare, release } = quarantineInterfaces.operations;
  const reaching = (operation: typeof release, action: string): string[] =>
    statements(operation.permissions, target)
      .filter(({ Action }) => Action.includes(action))
      .flatMap(({ Resource }) => Resource);

  it("reach the owner's VPC and groups by their ARNs, and rules of marked groups only", () => {
    expect(prepare && reaching(prepare, 'ec2:CreateSecurityGroup')).toContain('arn:aws:ec2:*:*:vpc/*');
    expect(reaching(release, 'ec2:ModifyNetworkInterfaceAttribute')).toContain('arn:aws:ec2:*:*:security-group/*');
    const emptying = statements(prepare?.permissions ?? [], target).filter(({ Action }) =>
      Action.some((one) => /Revoke|Authorize/.test(one)),
    );
    for (const { Condition } of emptying)
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/tourniquet-quarantine': ['closed', 'open'] } });
    expect(emptying.flatMap(({ Action }) => Action)).toHaveLength(4);
  });
});
