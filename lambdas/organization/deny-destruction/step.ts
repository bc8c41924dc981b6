import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { BackupVault } from '../../backup/backup-vault/target.ts';
import { Key } from '../../kms/key/target.ts';
import { Bucket } from '../../s3/bucket/target.ts';
import { StoredObject } from '../../s3/object/target.ts';
import { controlPolicyArns, memberArns, onlyControlPolicies, onlyMadeOurs, onlyOurs } from '../arns.ts';

/** What is destroyed: its whole account is meant. */
export const Destroyed = z.discriminatedUnion('kind', [Bucket, StoredObject, Key, BackupVault]);
export type Destroyed = z.infer<typeof Destroyed>;

/** Our policy on the account, and what it says; null where it is not attached. */
export const DestructionDeny = z.object({ policy: z.string(), content: z.string().nullable() });
export type DestructionDeny = z.infer<typeof DestructionDeny>;

export const denyDestruction = defineLever({
  name: 'deny-destruction',
  title: 'Deny destruction in the whole account by service control policy',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody in the account, root included, deletes objects, buckets, snapshots, volumes, databases, tables, file systems, recovery points or vaults, schedules keys to be deleted or disables them, or changes the lifecycle, versioning or replication of buckets. What regularly deletes stops too, applications and deployments among it. Reading and writing go on. Identities for emergencies and approvers of this account, Tourniquet, and what AWS services do on their own go on. It takes effect within minutes; AWS gives no figure.',
  undo: 'Our policy is detached and deleted; the account deletes again within minutes. Make sure first that the one who destroyed is stopped by something else.',
  // Nothing to confirm once it has taken effect: nobody in the account can take it off meanwhile.
  in: 'organization',
  stands: { held: 'destruction denied in the account', open: 'destruction not denied in the account' },
  // Whom it has to spare.
  hub: ['read-settings'],
  target: Destroyed,
  beforeState: DestructionDeny,
  look: [
    allow('organizations:ListPoliciesForTarget', memberArns, onlyControlPolicies),
    allow('organizations:DescribePolicy', controlPolicyArns, onlyControlPolicies),
  ],
  apply: {
    permissions: [
      allow('organizations:CreatePolicy', controlPolicyArns, onlyMadeOurs),
      allow('organizations:TagResource', controlPolicyArns, onlyMadeOurs),
      allow('organizations:ListPolicies', () => ['*'], onlyControlPolicies),
      allow('organizations:AttachPolicy', controlPolicyArns, onlyOurs),
      allow('organizations:AttachPolicy', memberArns, onlyControlPolicies),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('organizations:ListPolicies', () => ['*'], onlyControlPolicies),
      allow('organizations:DetachPolicy', controlPolicyArns, onlyOurs),
      allow('organizations:DetachPolicy', memberArns, onlyControlPolicies),
      allow('organizations:DeletePolicy', controlPolicyArns, onlyOurs),
    ],
    within: 60,
  },
});
