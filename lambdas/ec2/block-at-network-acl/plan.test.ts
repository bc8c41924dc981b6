import { describe, expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { type AclState, planBlock, stateOf } from '../acl-rules.ts';
import type { Interface } from '../instance/target.ts';
import { measured } from '../measure-network-acl/plan.ts';
import type { AclFacts, Entry } from '../network-acls.ts';
import { compared, rulesBeyond, verdictOf } from './plan.ts';

const account = '111122223333';
const remote = '198.51.100.7';
const one: Interface = {
  id: 'eni-1',
  vpc: 'vpc-1',
  subnet: 'subnet-1',
  groups: [],
  publicAddress: null,
  own: ['10.0.1.5'],
};
const rule = (RuleNumber: number, Egress: boolean, RuleAction: 'allow' | 'deny', CidrBlock = '0.0.0.0/0'): Entry => ({
  RuleNumber,
  Egress,
  RuleAction,
  CidrBlock,
  Protocol: '-1',
});
const both = (...given: Parameters<typeof rule> extends [infer N, boolean, ...infer R] ? [N, ...R] : never) => {
  const [number, ...rest] = given;
  return [rule(number, false, ...rest), rule(number, true, ...rest)];
};
const usual = [...both(100, 'allow'), ...both(32_767, 'deny')];
const acl = (NetworkAclId: string, subnets: string[], Entries: Entry[] = usual) => ({
  NetworkAclId,
  Entries,
  Associations: subnets.map((SubnetId) => ({ SubnetId })),
});
const open = { DestinationCidrBlock: '0.0.0.0/0' };
const table = (route: object) => ({ VpcId: 'vpc-1', Associations: [{ Main: true }], Routes: [{ ...open, ...route }] });
const gateway = { NatGatewayId: 'nat-1', SubnetId: 'subnet-9' };
const facts: AclFacts = {
  interfaces: [one],
  acls: [acl('acl-1', ['subnet-1', 'subnet-2']), acl('acl-9', ['subnet-9'])],
  tables: [table({ GatewayId: 'igw-1' })],
  gateways: [gateway],
  subnets: [{ SubnetId: 'subnet-1', OwnerId: account }],
};
const behindNat: AclFacts = { ...facts, tables: [table({ NatGatewayId: 'nat-1' })] };
/** Begins at the first number. */
const first = { id: '' };
const about = { ...first, account, remotes: [remote] };
const state = (given: AclFacts = facts, who: { account: string; remotes?: string[] } = about) => stateOf(given, who);
const planned = (before: AclState): AclState => {
  const plan = planBlock(first, before);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  return plan.ours;
};

it('of two instances each takes numbers of its own: EC2 refuses a number that is taken', () => {
  const numbers = ['i-0a1', 'i-0a2'].map((id) => JSON.stringify(planBlock({ id }, state())));
  expect(new Set(numbers).size).toBe(2);
});

describe('what is denied where', () => {
  it('the address of the finding, in the subnet of the instance', () => {
    expect(state().meant).toEqual([{ acl: 'acl-1', cidr: `${remote}/32` }]);
  });

  it('behind a NAT gateway the instance’s own address, in the gateway’s subnet: nobody else is hit', () => {
    expect(state(behindNat).meant).toEqual([{ acl: 'acl-9', cidr: '10.0.1.5/32' }]);
    expect(state(behindNat, { account }).meant).toEqual([{ acl: 'acl-9', cidr: '10.0.1.5/32' }]);
  });

  it.each([
    ['in the same subnet', { ...gateway, SubnetId: 'subnet-1' }],
    ['of a whole Region', { ...gateway, AvailabilityMode: 'regional' as const }],
  ])('not so with a gateway %s: no rule tells its flows apart there', (_, given) => {
    expect(state({ ...behindNat, gateways: [given] }).meant).toEqual([{ acl: 'acl-1', cidr: `${remote}/32` }]);
  });

  it('an IPv6 address, which passes no NAT gateway', () => {
    const meant = state(behindNat, { account, remotes: ['2001:db8::7', remote] }).meant;
    expect(meant).toEqual([
      { acl: 'acl-9', cidr: '10.0.1.5/32' },
      { acl: 'acl-1', cidr: '2001:db8::7/128' },
    ]);
  });

  it('nothing in a subnet that another account shares, nor where nothing is named; both in words', () => {
    const shared = { ...facts, subnets: [{ SubnetId: 'subnet-1', OwnerId: '999999999999' }] };
    expect(planBlock(first, state(shared))).toEqual({
      refused: expect.stringContaining('account 999999999999 shares subnet-1'),
    });
    expect(planBlock(first, state(facts, { account }))).toEqual({
      refused: expect.stringContaining('names no internet address'),
    });
    expect(planBlock(first, state({ ...facts, acls: [] }))).toEqual({
      refused: expect.stringContaining('no network ACL of subnet-1'),
    });
  });
});

describe('the rules', () => {
  it('take the first free numbers before the first that allows, both ways', () => {
    expect(planned(state()).denied).toEqual({ 'acl-1': { [`in ${remote}/32`]: 1, [`out ${remote}/32`]: 1 } });
    const busy = acl(
      'acl-1',
      ['subnet-1'],
      [...both(1, 'deny', '203.0.113.0/24'), rule(2, true, 'deny', '203.0.113.9/32'), ...usual],
    );
    expect(planned(state({ ...facts, acls: [busy] })).denied).toEqual({
      'acl-1': { [`in ${remote}/32`]: 2, [`out ${remote}/32`]: 3 },
    });
  });

  it('have no place before a rule 1 that allows: refused, with what to do', () => {
    const full = acl('acl-1', ['subnet-1'], [...both(1, 'allow'), ...both(32_767, 'deny')]);
    expect(planBlock(first, state({ ...facts, acls: [full] }))).toEqual({
      refused: expect.stringMatching(/acl-1 has no free number for 1 rules in before its rule 1.*further down/),
    });
  });

  it('that somebody else made are left to them, and one that comes too late does not count', () => {
    const denied = acl('acl-1', ['subnet-1'], [...both(7, 'deny', `${remote}/32`), ...usual]);
    expect(planBlock(first, state({ ...facts, acls: [denied] }))).toHaveProperty('nothing');
    const late = acl('acl-1', ['subnet-1'], [...both(200, 'deny', `${remote}/32`), ...usual]);
    const before = state({ ...facts, acls: [late] });
    expect(before.denied).toEqual({ 'acl-1': { [`in ${remote}/32`]: 200, [`out ${remote}/32`]: 200 } });
    const ours = planned(before);
    expect(rulesBeyond(ours, before).map(({ RuleNumber, Egress }) => [RuleNumber, Egress])).toEqual([
      [1, false],
      [1, true],
    ]);
    // Both are there then; ours goes again, and theirs stays.
    const now = state({
      ...facts,
      acls: [acl('acl-1', ['subnet-1'], [...late.Entries, ...both(1, 'deny', `${remote}/32`)])],
    });
    expect(rulesBeyond(now, before).map(({ RuleNumber }) => RuleNumber)).toEqual([1, 1]);
  });

  it('are found when route, gateway and interface are gone', () => {
    const held = [acl('acl-9', ['subnet-9'], [...both(1, 'deny', '10.0.1.5/32'), ...usual])];
    const later = state({ ...facts, acls: held, tables: [], gateways: [] });
    expect(later.denied).toEqual({ 'acl-9': { 'in 10.0.1.5/32': 1, 'out 10.0.1.5/32': 1 } });
  });
});

describe('afterwards', () => {
  const before = state();
  const ours = planned(before);
  const held = (...more: Entry[]) =>
    state({ ...facts, acls: [acl('acl-1', ['subnet-1'], [...both(1, 'deny', `${remote}/32`), ...more, ...usual])] });

  it('it is verified as long as nothing that allows comes first', () => {
    expect(verdictOf(ours, held())).toEqual({ outcome: 'verified', seen: [`acl-1: ${remote}/32 denied both ways`] });
    expect(verdictOf(ours, before).outcome).toBe('not-verified');
    expect(verdictOf({ ...ours, cannot: ['eni-2: no'] }, held())).toMatchObject({ because: 'eni-2: no' });
    const moved = planned(
      state({ ...facts, acls: [acl('acl-1', ['subnet-1'], [...both(1, 'deny', '203.0.113.0/24'), ...usual])] }),
    );
    const passed = state({
      ...facts,
      acls: [acl('acl-1', ['subnet-1'], [...both(1, 'allow'), ...both(2, 'deny', `${remote}/32`), ...usual])],
    });
    expect(verdictOf(moved, passed)).toMatchObject({
      because: expect.stringContaining('rule 2 of acl-1 comes after one that allows'),
    });
  });

  it('rules of others that came meanwhile are no change, and stay', () => {
    const now = held(...both(50, 'deny', '203.0.113.0/24'));
    expect(compareThreeWay(compared(before), compared(ours), compared(now)).changedMeanwhile).toEqual([]);
    expect(rulesBeyond(now, before).map(({ cidr }) => cidr)).toEqual([`${remote}/32`, `${remote}/32`]);
  });

  it('a number that somebody has put another rule under is not taken away', () => {
    const now = state({
      ...facts,
      acls: [acl('acl-1', ['subnet-1'], [...both(1, 'allow', '203.0.113.0/24'), ...usual])],
    });
    expect(rulesBeyond(now, before)).toEqual([]);
  });
});

describe('what people read before they answer', () => {
  it('whom it hits besides: every subnet of that network ACL', () => {
    expect(measured(facts, about, new Map([['acl-1', 12]])).facts).toEqual([
      `Network ACL acl-1 (2 subnets): ${remote}/32 is denied to 12 other interfaces there too`,
    ]);
    expect(measured(behindNat, about, new Map()).facts).toEqual([
      'Network ACL acl-9 (1 subnet): 10.0.1.5/32 is denied before the NAT gateway, and nobody else',
    ]);
  });

  it('that it cannot work, and that there is no room', () => {
    expect(measured(facts, { ...first, account }, new Map()).facts).toEqual([
      expect.stringMatching(/^Cannot work: eni-1: the finding names no internet address/),
    ]);
    const many = Array.from({ length: 19 }, (_, at) => rule(200 + at, false, 'allow', '203.0.113.0/24'));
    const full = { ...facts, acls: [acl('acl-1', ['subnet-1'], [...many, ...usual])] };
    expect(measured(full, about, new Map()).facts.at(-1)).toBe(
      'acl-1 has 20 rules in: AWS takes 20, unless that quota was raised',
    );
  });
});
