import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Change, type Isolation, outlasted, type Verdict } from '../../../lib/domain/outcome.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import { type Instance, type Interface, whyRefused } from '../instance/target.ts';
import type { QuarantineGroups } from '../quarantine-groups.ts';
import type { ElasticIp, InterfaceStates } from './step.ts';

/** The present state from the facts open-incident read, when they are young enough. */
export function beforeStateFrom(target: Instance, now: string): InterfaceStates | null {
  if (target.interfaces.length === 0 || !isFresh(target, now)) return null;
  return {
    interfaces: Object.fromEntries(
      target.interfaces.map((one) => [one.id, interfaceState(one.groups, elasticIpsOf(one))]),
    ),
    addresses: Object.fromEntries(
      target.interfaces.flatMap((one) => elasticIpsOf(one).map(({ allocation }) => [allocation, one.id])),
    ),
  };
}

type State = InterfaceStates['interfaces'][string];

/** Those of the account; one that AWS assigned by itself does not come back, whatever we do. */
function elasticIpsOf({ publicAddress, others = [] }: Interface): ElasticIp[] {
  const all = publicAddress ? [publicAddress, ...others] : others;
  return all.flatMap(({ allocation, privateIp }) => (allocation ? [{ allocation, privateIp }] : []));
}

/** An interface as it is kept: its groups in order, that of the primary private address before the others. */
export function interfaceState(groups: readonly string[], [first, ...more]: readonly ElasticIp[]): State {
  return { groups: groups.toSorted(), elasticIp: first ?? null, ...(more.length > 0 && { more }) };
}

export const elasticIpsIn = ({ elasticIp, more = [] }: State): ElasticIp[] => (elasticIp ? [elasticIp, ...more] : more);

/** The groups of each VPC the instance has an interface in, or null when one is missing. */
export function groupsFor(target: Instance, known: readonly QuarantineGroups[]): QuarantineGroups[] | null {
  const vpcs = [...new Set(target.interfaces.map(({ vpc }) => vpc))];
  const found = vpcs.flatMap((vpc) => known.find((groups) => groups.vpc === vpc) ?? []);
  return vpcs.length > 0 && found.length === vpcs.length ? found : null;
}

/** Only the quarantine group on every interface, no Elastic IP. */
export function planQuarantine(
  target: Instance,
  before: InterfaceStates,
  groups: QuarantineGroups[] | null,
): LeverPlan<InterfaceStates> {
  const ids = Object.keys(before.interfaces);
  const refused = whyRefused(target);
  if (refused) return { refused };
  if (ids.length === 0) return { nothing: 'the instance has no network interface' };
  const closedIn = (id: string): string => {
    const vpc = target.interfaces.find((one) => one.id === id)?.vpc ?? target.interfaces[0]?.vpc;
    return groups?.find((one) => one.vpc === vpc)?.closed ?? 'a new group without rules';
  };
  const held = ids.filter((id) => before.interfaces[id]?.groups.includes(closedIn(id)));
  // The quarantine must never become the before-state of a second incident: its release would leave the instance shut in.
  if (held.length > 0) return { refused: `${held.join(', ')} is already in quarantine by another incident` };
  const interfaces = ids.map((id) => [id, { groups: [closedIn(id)], elasticIp: null }]);
  // One that somebody has put elsewhere is not ours to take.
  const addresses = Object.entries(before.addresses).map(([id, on]) => [id, on && ids.includes(on) ? null : on]);
  return { ours: { interfaces: Object.fromEntries(interfaces), addresses: Object.fromEntries(addresses) } };
}

export interface ReadBack {
  readonly ours: InterfaceStates;
  readonly now: InterfaceStates;
  readonly applied: Change | null;
  /** Rules found in each quarantine group; anything but 0 is a hole. */
  readonly rules: Readonly<Record<string, number>>;
  /** Interfaces whose flows may go through something that always tracks, such as a NAT gateway. */
  readonly alwaysTracked: ReadonlySet<string>;
}

/** Marks an interface whose tracked flows were untracked by the open group before the closed one came. */
export const twoPhase = (id: string): string => `${id}: open group, then closed group`;

function isolationOf(id: string, { ours, now, applied, rules, alwaysTracked }: ReadBack): Isolation {
  const meant = ours.interfaces[id]?.groups ?? [];
  const found = now.interfaces[id];
  if (!found || JSON.stringify(found.groups) !== JSON.stringify(meant)) return 'not-isolated';
  if (meant.some((group) => rules[group] !== 0)) return 'not-isolated';
  const untracked = applied && 'changed' in applied && applied.changed.includes(twoPhase(id));
  return untracked && !alwaysTracked.has(id) ? 'isolated' : 'isolated-new-connections-only';
}

/** Judges each interface by what was read back; the whole is verified only when none is left open. */
export function verdictOf(readBack: ReadBack): Verdict {
  const ids = [
    ...new Set([...Object.keys(readBack.ours.interfaces), ...Object.keys(readBack.now.interfaces)]),
  ].toSorted();
  const isolation = Object.fromEntries(ids.map((id) => [id, isolationOf(id, readBack)]));
  const open = ids.filter((id) => isolation[id] === 'not-isolated');
  if (open.length > 0) return { outcome: 'not-verified', because: `not isolated: ${open.join(', ')}`, isolation };
  const outlives = ids.some((id) => isolation[id] === 'isolated-new-connections-only');
  const seen = ids.map((id) => `${id}: ${isolation[id]}`);
  return { outcome: 'verified', seen, isolation, ...(outlives && { flows: outlasted }) };
}
