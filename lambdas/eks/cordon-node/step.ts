import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';

/** By node; null for one that is gone. Of an annotation null is none. */
export const Cordon = z.object({
  nodes: z.record(
    z.string(),
    z
      .object({
        unschedulable: z.enum(['yes', 'no']),
        doNotDisrupt: z.string().nullable(),
        scaleDownDisabled: z.string().nullable(),
      })
      .nullable(),
  ),
});
export type Cordon = z.infer<typeof Cordon>;

export const cordonNode = defineLever({
  name: 'cordon-node',
  title: 'Cordon the node and keep it',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'No new pods come onto the node; those on it go on, since draining would destroy evidence. Annotations keep Karpenter and the Cluster Autoscaler from removing it. Its instance is not protected by this: a finding about the instance has a playbook of its own.',
  undo: 'It takes pods again, and the annotations are as before.',
  stands: { held: 'node cordoned', open: 'node takes new pods' },
  target: Workload,
  beforeState: Cordon,
  look: [allow('eks:DescribeCluster', clusterArns)],
  apply: { permissions: [], within: 60 },
  release: { permissions: [], within: 60 },
});
