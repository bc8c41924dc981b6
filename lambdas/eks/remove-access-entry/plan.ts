import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { EksCluster } from '../eks-cluster/target.ts';
import type { AccessEntry } from './step.ts';

/** Of other types are the nodes' own: without them the cluster may break (EKS user guide, "Delete access entries"). */
export function planRemoval(target: EksCluster, { entry }: AccessEntry): LeverPlan<AccessEntry> {
  if (!target.entry) return { refused: target.because };
  if (!entry) return { nothing: `${target.entry} has no access entry any more` };
  if (entry.type !== 'STANDARD')
    return { refused: `the access entry of ${target.entry} is of type ${entry.type}, and the cluster's nodes need it` };
  return { ours: { entry: null } };
}

type Entry = NonNullable<AccessEntry['entry']>;
type Policies = Entry['policies'];

/** Policies to associate and to take away, so that `here` becomes `meant`. */
export function policySteps(here: Policies, meant: Policies) {
  const same = (arn: string): boolean => JSON.stringify(here[arn]) === JSON.stringify(meant[arn]);
  return {
    associate: Object.entries(meant).filter(([arn]) => !same(arn)),
    disassociate: Object.keys(here).filter((arn) => !Object.hasOwn(meant, arn)),
  };
}
