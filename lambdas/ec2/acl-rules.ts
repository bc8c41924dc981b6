/** The rules of network ACLs that deny an instance's flows: those that are there, and the numbers under which more can come first. Pure. */
import * as z from 'zod';
import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import type { Instance } from './instance/target.ts';
import {
  type AclFacts,
  type Direction,
  denials,
  directions,
  entriesOf,
  lastRule,
  only,
  sideOf,
} from './network-acls.ts';

const Side = z.object({ numbers: z.array(z.number()), firstAllow: z.number().nullable() });
export type Side = z.infer<typeof Side>;

/** Rule numbers by what they deny: `in 198.51.100.7/32`. */
const Rules = z.record(z.string(), z.number());

/** The network ACLs of an instance's network, as far as its own addresses and those that its finding names are concerned. */
export const AclState = z.object({
  /** By network ACL, the first rule in each direction that denies one of these addresses everything. */
  denied: z.record(z.string(), Rules),
  /** What is to be denied in which network ACL. */
  meant: z.array(z.object({ acl: z.string(), cidr: z.string() })),
  /** Why it cannot be done for all of its interfaces. */
  cannot: z.array(z.string()),
  /** Rule numbers in use in those, before ours. */
  used: z.record(z.string(), z.object({ in: Side, out: Side })),
});
export type AclState = z.infer<typeof AclState>;

/** The addresses whose denials count as this lever's: known from the target alone, so that they are found when nothing else is there any more. */
const addressesOf = (facts: AclFacts, { remotes = [] }: Pick<Instance, 'remotes'>): Set<string> =>
  new Set([...remotes, ...facts.interfaces.flatMap(({ own = [] }) => own)].map(only));

/** What is there of it: the first rule that denies everything, for each address and direction. */
function deniedIn(acl: AclFacts['acls'][number], addresses: ReadonlySet<string>): Record<string, number> {
  const found = directions.flatMap((direction) =>
    entriesOf(acl, direction).flatMap(({ RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock }) => {
      const cidr = CidrBlock ?? Ipv6CidrBlock ?? '';
      const ours = RuleAction === 'deny' && Protocol === '-1' && addresses.has(cidr);
      return ours && RuleNumber ? [[`${direction} ${cidr}`, RuleNumber] as const] : [];
    }),
  );
  return Object.fromEntries(found.toSorted(([a, first], [b, second]) => (a === b ? second - first : a < b ? -1 : 1)));
}

export function stateOf(facts: AclFacts, target: Pick<Instance, 'account' | 'remotes'>): AclState {
  const { meant, cannot } = denials(facts, target);
  const addresses = addressesOf(facts, target);
  const denied = facts.acls.map((acl) => [acl.NetworkAclId ?? '', deniedIn(acl, addresses)] as const);
  const concerned = facts.acls.filter(({ NetworkAclId }) => meant.some(({ acl }) => acl === NetworkAclId));
  return {
    denied: Object.fromEntries(denied.filter(([, rules]) => Object.keys(rules).length > 0)),
    meant: meant.map(({ acl, cidr }) => ({ acl, cidr })),
    cannot: [...cannot],
    used: Object.fromEntries(
      concerned.map((acl) => [acl.NetworkAclId ?? '', { in: sideOf(acl, 'in'), out: sideOf(acl, 'out') }]),
    ),
  };
}

/** A direction without a rule. */
export const nobody: Side = { numbers: [], firstAllow: null };
export const isBefore = (rule: number, { firstAllow }: Side): boolean => firstAllow === null || rule < firstAllow;

/**
 * Numbers that nobody uses, before the first rule that allows: rules are tried in the order of their numbers. Each instance begins elsewhere
 * among them: two that are blocked at once in one subnet would take the same, and EC2 refuses the second.
 */
function freeIn(side: Side, count: number, id: string): number[] {
  const free: number[] = [];
  for (let rule = 1; rule <= lastRule && isBefore(rule, side); rule++)
    if (!side.numbers.includes(rule)) free.push(rule);
  const start = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 0) % (free.length || 1);
  return [...free.slice(start), ...free.slice(0, start)].slice(0, count);
}

interface Placed {
  readonly rules: Readonly<Record<string, number>>;
  readonly full: string | null;
}

/** Rules for what is not denied yet, in one network ACL and direction. */
function place(acl: string, direction: Direction, id: string, { denied, meant, used }: AclState): Placed {
  const side = used[acl]?.[direction] ?? nobody;
  const missing = meant
    .filter((one) => one.acl === acl)
    .map(({ cidr }) => `${direction} ${cidr}`)
    .filter((key) => {
      const rule = denied[acl]?.[key];
      return rule === undefined || !isBefore(rule, side);
    });
  const free = freeIn(side, missing.length, id);
  const full =
    free.length < missing.length
      ? `${acl} has no free number for ${missing.length} rules ${direction} before its rule ${side.firstAllow}, which allows: move that one further down`
      : null;
  return { rules: Object.fromEntries(missing.map((key, at) => [key, free[at] ?? 0])), full };
}

/** Deny rules before all that allow, in both directions. */
export function planBlock({ id }: { readonly id: string }, before: AclState): LeverPlan<AclState> {
  const acls = [...new Set(before.meant.map(({ acl }) => acl))];
  if (acls.length === 0) return { refused: before.cannot.join('; ') || 'the instance has no network interface' };
  const placed = acls.flatMap((acl) => directions.map((direction) => ({ acl, ...place(acl, direction, id, before) })));
  const full = placed.flatMap((one) => one.full ?? []);
  if (full.length > 0) return { refused: full.join('; ') };
  if (placed.every(({ rules }) => Object.keys(rules).length === 0))
    return { nothing: 'rules that somebody else made deny it already: it holds as long as they stay' };
  const added = Map.groupBy(placed, ({ acl }) => acl);
  const denied = acls.map((acl) => {
    const ours = (added.get(acl) ?? []).map(({ rules }) => rules);
    return [acl, Object.assign({}, before.denied[acl], ...ours) as Record<string, number>] as const;
  });
  return { ours: { ...before, denied: { ...before.denied, ...Object.fromEntries(denied) } } };
}
