import type { BeforeState } from '../../../lib/items/before-state.ts';
import { leaveAutoScaling } from '../../ec2/leave-auto-scaling/step.ts';
import { leaveLoadBalancers } from '../../ec2/leave-load-balancers/step.ts';
import { quarantineInterfaces } from '../../ec2/quarantine-interfaces/step.ts';

type Held = Pick<BeforeState, 'step' | 'phase' | 'takenAt'>;

/** Who checks on the target, and replaces what does not answer. */
const checking: readonly string[] = [leaveLoadBalancers.name, leaveAutoScaling.name];

const rankOf = ({ step }: Held): number => {
  if (step === quarantineInterfaces.name) return 0;
  return checking.includes(step) ? 2 : 1;
};

/**
 * The order in which levers are released: what contains before what protects, since both are applied side by side; of that the network first and
 * whoever checks it last; and within that the last applied first.
 */
export const inReleaseOrder = <H extends Held>(held: readonly H[]): H[] =>
  held.toSorted(
    (a, b) => a.phase.localeCompare(b.phase) || rankOf(a) - rankOf(b) || b.takenAt.localeCompare(a.takenAt),
  );
