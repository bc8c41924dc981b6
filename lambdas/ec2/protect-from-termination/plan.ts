import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Instance, whyRefused } from '../instance/target.ts';
import type { Protection } from './step.ts';

/** What EC2 and Auto Scaling say of one instance. */
export interface Facts {
  readonly disableApiTermination: boolean;
  readonly disableApiStop: boolean;
  readonly shutdownBehavior: string;
  readonly devices: readonly { readonly name: string; readonly deleteOnTermination: boolean }[];
  /** `spot`, or nothing for an on-demand instance. */
  readonly market: string | null;
  readonly rootDevice: string | null;
  readonly group: { readonly name: string; readonly lifecycle: string; readonly protectedFromScaleIn: boolean } | null;
}

/**
 * The attributes we may change, null for those AWS refuses to change. On Spot: termination protection ("not supported for spot
 * instances", cloud-custodian/cloud-custodian#2083), stop protection (EC2 user guide) and shutdown behaviour "stop"
 * (ansible/ansible#63246). On an instance-store root: stop protection (EC2 user guide) and shutdown behaviour (hashicorp/terraform#2887).
 */
export function protectionOf({ autoScalingGroup }: Instance, facts: Facts): Protection {
  const spot = facts.market === 'spot';
  const stoppable = !spot && facts.rootDevice !== 'instance-store';
  const { group } = facts;
  // SetInstanceProtection refuses warm pools; a group it joined later is beyond our rights.
  const protectable = group && group.name === autoScalingGroup && !group.lifecycle.startsWith('Warmed');
  return {
    disableApiTermination: spot ? null : facts.disableApiTermination,
    disableApiStop: stoppable ? facts.disableApiStop : null,
    shutdownBehavior: stoppable ? (facts.shutdownBehavior === 'terminate' ? 'terminate' : 'stop') : null,
    deleteOnTermination: Object.fromEntries(
      facts.devices
        .map(({ name, deleteOnTermination }) => [name, deleteOnTermination] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    scaleInProtection: protectable ? group.protectedFromScaleIn : null,
  };
}

/** Everything AWS offers for this instance that keeps it and its volumes. */
export function planProtection(target: Instance, before: Protection): LeverPlan<Protection> {
  const refused = whyRefused(target);
  if (refused) return { refused };
  const ours: Protection = {
    disableApiTermination: before.disableApiTermination === null ? null : true,
    disableApiStop: before.disableApiStop === null ? null : true,
    shutdownBehavior: before.shutdownBehavior === null ? null : 'stop',
    deleteOnTermination: Object.fromEntries(Object.keys(before.deleteOnTermination).map((device) => [device, false])),
    scaleInProtection: before.scaleInProtection === null ? null : true,
  };
  if (differences(before, ours).length === 0) return { nothing: 'already protected as far as AWS allows' };
  return { ours };
}

type Leaf = Exclude<keyof Protection, 'deleteOnTermination'>;

/** What has to be set to come from one protection to another, null where nothing has. What is gone is left alone. */
export function changes(from: Protection, to: Protection): Protection {
  const set = <L extends Leaf>(leaf: L): Protection[L] | null =>
    from[leaf] === null || from[leaf] === to[leaf] ? null : to[leaf];
  return {
    disableApiTermination: set('disableApiTermination'),
    disableApiStop: set('disableApiStop'),
    shutdownBehavior: set('shutdownBehavior'),
    deleteOnTermination: Object.fromEntries(
      Object.entries(to.deleteOnTermination).filter(
        ([device, value]) => device in from.deleteOnTermination && from.deleteOnTermination[device] !== value,
      ),
    ),
    scaleInProtection: set('scaleInProtection'),
  };
}
