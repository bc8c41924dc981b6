import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';

/** An association of EKS Pod Identity as it can be made again; null where there is none. Its id is no part of it: EKS gives each a new one. */
export const Association = z.object({
  association: z
    .object({
      role: z.string(),
      /** `untagged`: its sessions do not say which pod they are of. */
      sessions: z.enum(['tagged', 'untagged']),
      /** The session policy; null for none. */
      policy: z.string().nullable(),
      tags: z.record(z.string(), z.string()),
      /** The second role of a chain of two, and the add-on that made it; null for none. */
      chained: z.string().nullable(),
      addOn: z.string().nullable(),
    })
    .nullable(),
});
export type Association = z.infer<typeof Association>;

const associationArns = (target: Workload): string[] => [
  arn(target, 'eks', `podidentityassociation/${target.cluster}/*`),
];
/** To associate a role is to hand it over; one of another account, or that was not read, is never handed over. */
const role = (target: Workload): string[] => (target.role ? [target.role.arn] : []);
const toPods = { StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } };

export const detachPodIdentity = defineLever({
  name: 'detach-pod-identity',
  title: 'Remove the Pod Identity association',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Pods of this service account get no new credentials of its role, those of other owners included. Credentials they have got already stay valid until they expire, up to six hours: the session deny stops those of the pods in question. Pods without a role may use the role of their node.',
  undo: 'The association is made again with the same role, session policy and tags, and with a new id, which a template that names the old one has to import. Pods that start meanwhile get no role until they are started again.',
  stands: { held: 'Pod Identity association removed', open: 'Pod Identity association still there' },
  target: Workload,
  beforeState: Association,
  look: [
    allow('eks:ListPodIdentityAssociations', clusterArns),
    allow('eks:DescribePodIdentityAssociation', associationArns),
  ],
  apply: { permissions: [allow('eks:DeletePodIdentityAssociation', associationArns)], within: 60 },
  release: {
    permissions: [
      // What somebody has associated meanwhile, once a person agreed to that.
      allow('eks:DeletePodIdentityAssociation', associationArns),
      allow('eks:CreatePodIdentityAssociation', clusterArns),
      // Tags are given while it is made (Service Authorization Reference, Amazon EKS).
      allow('eks:TagResource', associationArns),
      allow('iam:PassRole', role, toPods),
    ],
    within: 60,
  },
});
