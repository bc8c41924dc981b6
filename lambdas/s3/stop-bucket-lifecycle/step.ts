import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { bucketArns, Stored } from '../stored.ts';

/** Of each rule all that S3 answers, whatever it is; dates are in ISO 8601. */
const Rule = z.looseObject({ Status: z.enum(['Enabled', 'Disabled']) });

/** Whole documents, so that they come back exactly; null for none. */
export const Moving = z.object({
  lifecycle: z
    .object({
      rules: z.array(Rule),
      minimumSize: z.enum(['all_storage_classes_128K', 'varies_by_storage_class']).nullable(),
    })
    .nullable(),
  replication: z
    .object({
      role: z.string(),
      rules: z.array(Rule.extend({ Destination: z.looseObject({ Bucket: z.string() }) })),
    })
    .nullable(),
});
export type Moving = z.infer<typeof Moving>;

/** To give the replication back is to hand its role over: to S3 and to nothing else. */
const toS3 = { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } };
const roles = (target: Stored): string[] => every(target, 'iam', 'role');

const put = [allow('s3:PutLifecycleConfiguration', bucketArns), allow('s3:PutReplicationConfiguration', bucketArns)];

export const stopBucketLifecycle = defineLever({
  name: 'stop-bucket-lifecycle',
  title: 'Stop lifecycle and replication of the bucket',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nothing expires, moves to another storage class or is replicated any more; uploads that were never finished stay. What a rule has marked already may still go, within hours. Replicas lack what is written meanwhile.',
  undo: 'The same rules are set again, or none. What was written meanwhile is not replicated by itself: S3 Batch Replication catches up.',
  stands: { held: 'lifecycle and replication stopped', open: 'lifecycle and replication still set' },
  target: Stored,
  beforeState: Moving,
  look: [allow('s3:GetLifecycleConfiguration', bucketArns), allow('s3:GetReplicationConfiguration', bucketArns)],
  apply: { permissions: put, within: 60 },
  release: { permissions: [...put, allow('iam:PassRole', roles, toS3)], within: 60 },
});
