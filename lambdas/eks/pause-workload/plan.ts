import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { CallName } from '../calls.ts';
import type { Workload } from '../eks-workload/target.ts';
import type { Replicas } from './step.ts';

type Calls = { readonly get: CallName; readonly scale: CallName };

/** Owners that count their pods, and how they are read and scaled. */
const counting: Readonly<Record<string, Calls>> = {
  Deployment: { get: 'getDeployment', scale: 'scaleDeployment' },
  ReplicaSet: { get: 'getReplicaSet', scale: 'scaleReplicaSet' },
  StatefulSet: { get: 'getStatefulSet', scale: 'scaleStatefulSet' },
};

/** Null where nothing counts its pods. */
export const callsFor = ({ owner }: Pick<Workload, 'owner'>): Calls | null => (owner && counting[owner.kind]) ?? null;

export function planPause(target: Workload, { replicas }: Replicas): LeverPlan<Replicas> {
  const { unreachable, owner, id } = target;
  if (unreachable) return { refused: unreachable };
  if (!owner) return { nothing: `${id} has no owner that would start it again` };
  if (!callsFor(target))
    return { refused: `${owner.kind} ${owner.name} has no count of pods to set to zero: suspend or delete it by hand` };
  if (replicas === null) return { nothing: `${owner.kind} ${owner.name} is gone` };
  return replicas > 0 ? { ours: { replicas: 0 } } : { nothing: `${owner.kind} ${owner.name} is at zero already` };
}
