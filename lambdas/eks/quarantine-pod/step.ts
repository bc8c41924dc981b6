import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';
import { PolicySpec } from '../objects.ts';

/** By pod: its labels, null for a pod that is gone; and the NetworkPolicy of ours that is about it alone, null where there is none. */
export const Quarantine = z.object({
  pods: z.record(
    z.string(),
    z.object({ labels: z.record(z.string(), z.string()).nullable(), policy: PolicySpec.nullable() }),
  ),
});
export type Quarantine = z.infer<typeof Quarantine>;

export const quarantinePod = defineLever({
  name: 'quarantine-pod',
  title: 'Quarantine the pod',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The pod loses its labels, and so leaves its Services and its owner, which starts another one from the same image. It stays alive for study, and a NetworkPolicy denies it all traffic, in and out. Connections that stand may live on for a while, as the CNI has it; with the VPC CNI, pods of the same owner on the same node may be cut off with it.',
  undo: 'The labels come back and our policy is removed. The owner takes the pod back, and deletes one that is too much, usually the younger.',
  stands: { held: 'quarantined', open: 'still in service and on the network' },
  target: Workload,
  beforeState: Quarantine,
  look: [allow('eks:DescribeCluster', clusterArns)],
  apply: { permissions: [], within: 60 },
  release: { permissions: [], within: 60 },
});
