import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** A cluster that somebody has called. `id` is its name. */
export const EksCluster = AnyTarget.extend({
  kind: z.literal('eks-cluster'),
  /** What EKS takes for a name (EKS API reference, CreateCluster). */
  id: z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/),
  /** ARN of the user or role by whose access entry the caller came in; null where there is none, with the reason. */
  entry: z.string().nullable(),
  because: z.string(),
});
export type EksCluster = z.infer<typeof EksCluster>;

export const clusterArns = (target: EksCluster): string[] => [arn(target, 'eks', `cluster/${target.id}`)];
/** Any access entry of the cluster: EKS gives each an id that nobody knows beforehand. */
export const entryArns = (target: EksCluster): string[] => [arn(target, 'eks', `access-entry/${target.id}/*`)];

const unknown = { entry: null, because: 'its access entries were not read', tags: {} };

export const eksCluster = defineTarget(EksCluster)({
  kind: 'eks-cluster',
  title: 'EKS cluster',
  arn: (target) => arn(target, 'eks', `cluster/${target.id}`),
  from({ kind, id }, { place, now }) {
    const sound = EksCluster.safeParse({ ...place, ...unknown, kind, id, seenAt: now });
    return sound.success ? sound.data : null;
  },
  suspects: ({ entry }) => (entry ? [entry] : []),
  identity: ({ entry }) => entry,
  refuses: ({ entry, because }) => (entry ? null : { levers: ['remove-access-entry'], because }),
  any: (place: Place) => ({ ...place, ...unknown, kind: 'eks-cluster', id: '*', entry: '*', seenAt: '' }),
  reads: [
    allow('eks:DescribeCluster', (place) => every(place, 'eks', 'cluster')),
    allow('eks:ListAccessEntries', (place) => every(place, 'eks', 'cluster')),
  ],
});
