import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { StoredObject } from '../object/target.ts';
import { objectArns } from '../object-arns.ts';
import { bucketArns } from '../stored.ts';

/** The policy of the bucket as for other levers on it, and the tags of the version: null where that is gone. */
export const ObjectDeny = ResourcePolicy.extend({ tags: z.record(z.string(), z.string()).nullable() });
export type ObjectDeny = z.infer<typeof ObjectDeny>;

const tagging = [allow('s3:PutObjectVersionTagging', objectArns), allow('s3:PutBucketPolicy', bucketArns)];

export const denyObject = defineLever({
  name: 'deny-object',
  title: 'Deny reading the malicious version',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The version carries the tag GuardDutyMalwareScanStatus: THREATS_FOUND, and the policy of the bucket lets nobody read it or change its tags. Other objects, and other versions of this one, can be read. Approvers, identities for emergencies and Tourniquet are left out. Who has read it already still has it.',
  undo: 'The tag and our statement are removed; what others have changed in the policy and in other tags since stays.',
  stands: { held: 'version can be read by nobody', open: 'version can still be read' },
  target: StoredObject,
  beforeState: ObjectDeny,
  hub: ['read-settings'],
  look: [allow('s3:GetBucketPolicy', bucketArns), allow('s3:GetObjectVersionTagging', objectArns)],
  apply: { permissions: tagging, within: 60 },
  release: {
    permissions: [
      ...tagging,
      allow('s3:DeleteObjectVersionTagging', objectArns),
      allow('s3:DeleteBucketPolicy', bucketArns),
    ],
    within: 60,
  },
});
