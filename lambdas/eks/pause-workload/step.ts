import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';

/** How many pods its owner is to keep; null where there is no owner that counts them, or it is gone. */
export const Replicas = z.object({ replicas: z.number().int().nullable() });
export type Replicas = z.infer<typeof Replicas>;

export const pauseWorkload = defineLever({
  name: 'pause-workload',
  title: 'Scale the owner to zero',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The Deployment, StatefulSet or ReplicaSet keeps no pods: the service stops, and no replacement runs the same image. Its pods end with what was in their memory and on their disks, but for those in quarantine, which it no longer owns. Requests meanwhile are lost.',
  undo: 'It keeps as many pods as before; they are new ones, with new uids.',
  stands: { held: 'scaled to zero', open: 'its owner still runs pods' },
  target: Workload,
  beforeState: Replicas,
  look: [allow('eks:DescribeCluster', clusterArns)],
  apply: { permissions: [], within: 60 },
  release: { permissions: [], within: 60 },
});
