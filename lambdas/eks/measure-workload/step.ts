import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { EksCluster, entryArns, clusterArns as itsArns } from '../eks-cluster/target.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';

/** What runs in a cluster, or the cluster that somebody has called. */
export const Used = z.discriminatedUnion('kind', [Workload, EksCluster]);
export type Used = z.infer<typeof Used>;

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const WorkloadMeasured = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type WorkloadMeasured = z.infer<typeof WorkloadMeasured>;

export const measureWorkload = defineStep({
  name: 'measure-workload',
  title: 'Measure who uses the workload',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: which Services lead to it, how many pods its owner keeps, and which ClusterRoleBindings name it, or the principal that called the cluster.',
  target: Used,
  result: WorkloadMeasured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('eks:DescribeCluster', (used: Used) => (used.kind === 'eks-cluster' ? itsArns(used) : clusterArns(used))),
    allow('eks:DescribeAccessEntry', (used: Used) => (used.kind === 'eks-cluster' ? entryArns(used) : [])),
  ],
});
