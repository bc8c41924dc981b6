import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import type { Instance } from '../instance/target.ts';
import type { Membership } from './step.ts';

/** Standby, in the group it is in. Capacity is kept, so a replacement takes over: the service matters more than a quiet group. */
export function planStandby(target: Instance, { group }: Membership): LeverPlan<Membership> {
  if (!group) return { nothing: 'the instance is in no Auto Scaling group' };
  const { name, lifecycle } = group;
  if (lifecycle === 'Standby' || lifecycle === 'EnteringStandby') return { nothing: `already on standby in ${name}` };
  if (lifecycle !== 'InService')
    return { refused: `it is ${lifecycle} in ${name}; only an instance in service can go on standby` };
  // Our rights name the group that was seen when the incident opened.
  if (name !== target.autoScalingGroup) return { refused: `it joined ${name} after the incident was opened` };
  return { ours: { group: { name, lifecycle: 'Standby' } } };
}

/** `move`: the one call that brings it there; `stay`: it is there, or on its way. */
export type Step = 'move' | 'stay' | { readonly refused: string };

/** Lifecycle states that lead somewhere by themselves (Auto Scaling user guide, "instance lifecycle"). */
const leadsTo = new Map([
  ['EnteringStandby', 'Standby'],
  ['Pending', 'InService'],
  ['Pending:Wait', 'InService'],
  ['Pending:Proceed', 'InService'],
]);

/** What it takes from one membership to another of the same group, where the ends are InService and Standby. */
export function stepFrom({ group: here }: Membership, { group: meant }: Membership): Step {
  if (!meant) return 'stay';
  if (here?.name !== meant.name) return { refused: `the instance is no longer in ${meant.name}` };
  if (here.lifecycle === meant.lifecycle || leadsTo.get(here.lifecycle) === meant.lifecycle) return 'stay';
  if (here.lifecycle === 'InService' || here.lifecycle === 'Standby') return 'move';
  return { refused: `it is ${here.lifecycle} in ${here.name}; ${meant.lifecycle} cannot be reached from there now` };
}

/**
 * On standby, or on its way there: from the moment it leaves InService the group neither counts nor replaces it, while its load
 * balancer drains connections for up to 300 s (Auto Scaling user guide, "How the standby state works").
 */
export function verdictOf(ours: Membership, now: Membership): Verdict {
  if (differences(ours, now).length === 0) return { outcome: 'verified', seen: [JSON.stringify(now)] };
  const { name, lifecycle } = now.group ?? { name: 'no group', lifecycle: 'gone' };
  if (name === ours.group?.name && leadsTo.get(lifecycle) === ours.group.lifecycle) {
    return { outcome: 'verified', seen: [`out of service in ${name}: ${lifecycle}, its connections drain`] };
  }
  return { outcome: 'not-verified', because: `it is ${lifecycle} in ${name}` };
}
