import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Workload } from '../eks-workload/target.ts';
import type { Cordon } from './step.ts';

/** Karpenter, "Disruption", node-level controls. */
export const doNotDisrupt = 'karpenter.sh/do-not-disrupt';
/** Cluster Autoscaler, FAQ, "How can I prevent Cluster Autoscaler from scaling down a particular node?" */
export const scaleDownDisabled = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';

/** The nodes of its pods. One of Fargate is one pod's, and takes no other. */
export const nodesOf = ({ pods }: Pick<Workload, 'pods'>): string[] => [
  ...new Set(pods.flatMap(({ node }) => (node && !node.startsWith('fargate-') ? [node] : []))),
];

const kept = { unschedulable: 'yes', doNotDisrupt: 'true', scaleDownDisabled: 'true' } as const;

export function planCordon({ unreachable, id }: Workload, before: Cordon): LeverPlan<Cordon> {
  if (unreachable) return { refused: unreachable };
  const nodes = Object.entries(before.nodes).map(([name, state]) => [name, state && kept] as const);
  const ours = { nodes: Object.fromEntries(nodes) };
  if (differences(before, ours).length > 0) return { ours };
  return { nothing: nodes.length > 0 ? 'the node is cordoned and kept already' : `${id} runs on no node of its own` };
}

/** What still differs after a release; a node that is gone cannot be put back. */
export const leftOf = (before: Cordon, now: Cordon): Difference[] =>
  differences(before, now).filter(({ found }) => found !== null);
