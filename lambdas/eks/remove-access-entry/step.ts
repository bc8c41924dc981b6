import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, EksCluster, entryArns } from '../eks-cluster/target.ts';

/** An access entry as EKS has it, with its policies by ARN; null where there is none. */
export const AccessEntry = z.object({
  entry: z
    .object({
      type: z.string(),
      username: z.string(),
      groups: z.array(z.string()),
      tags: z.record(z.string(), z.string()),
      /** Namespaces that a policy is for; null for the whole cluster. */
      policies: z.record(z.string(), z.array(z.string()).nullable()),
    })
    .nullable(),
});
export type AccessEntry = z.infer<typeof AccessEntry>;

export const removeAccessEntry = defineLever({
  name: 'remove-access-entry',
  title: 'Remove the access entry',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The user or role no longer comes into the cluster, with no credentials at all; what it made there stays, service account tokens and bindings included. Its other rights in AWS are not touched.',
  undo: 'The entry is made again with its name, groups, tags and policies.',
  stands: { held: 'access entry removed', open: 'access entry still there' },
  target: EksCluster,
  beforeState: AccessEntry,
  look: [allow('eks:DescribeAccessEntry', entryArns), allow('eks:ListAssociatedAccessPolicies', entryArns)],
  apply: { permissions: [allow('eks:DeleteAccessEntry', entryArns)], within: 60 },
  release: {
    permissions: [
      allow('eks:CreateAccessEntry', clusterArns),
      // Tags are given while it is made (Service Authorization Reference, Amazon EKS).
      allow('eks:TagResource', entryArns),
      allow('eks:UpdateAccessEntry', entryArns),
      allow('eks:AssociateAccessPolicy', entryArns),
      allow('eks:DisassociateAccessPolicy', entryArns),
    ],
    within: 60,
  },
});
