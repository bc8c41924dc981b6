import { allow } from '../../../lib/domain/permission.ts';
import { ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { bucketArns, Stored } from '../stored.ts';

export const denyDeletes = defineLever({
  name: 'deny-deletes',
  title: 'Deny deletions on the bucket to everybody',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody deletes objects, versions or the bucket, changes its lifecycle, versioning, replication, encryption, Object Lock or policy, or writes with a key of their own (SSE-C): what regularly deletes or changes those stops. Reading and writing go on, and in a bucket without versioning a write still replaces what is there. Lifecycle rules that are there go on. Approvers, identities for emergencies and Tourniquet are left out.',
  undo: 'Our statements are removed from the policy, and what others have written into it since stays; a bucket that had no policy has none again.',
  stands: { held: 'deletions denied', open: 'objects can still be deleted' },
  target: Stored,
  beforeState: ResourcePolicy,
  hub: ['read-settings'],
  look: [allow('s3:GetBucketPolicy', bucketArns)],
  apply: { permissions: [allow('s3:PutBucketPolicy', bucketArns)], within: 60 },
  release: {
    permissions: [allow('s3:PutBucketPolicy', bucketArns), allow('s3:DeleteBucketPolicy', bucketArns)],
    within: 60,
  },
});
