import { allow } from '../../../lib/domain/permission.ts';
import { ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { bucketArns, Stored } from '../stored.ts';

export const denyOnBucket = defineLever({
  name: 'deny-on-bucket',
  title: 'Deny the principal on the bucket',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The policy of the bucket denies everything on it to those whom the finding names: the user, the role session, or the other account. Everybody else goes on, and so do approvers, identities for emergencies and Tourniquet.',
  undo: 'Our statements are removed from the policy, and what others have written into it since stays; a bucket that had no policy has none again.',
  stands: { held: 'principal denied on the bucket', open: 'principal can still use the bucket' },
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
