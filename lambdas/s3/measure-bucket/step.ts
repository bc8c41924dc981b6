import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { bucketArns, Stored } from '../stored.ts';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const Measured = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});

/** What is read of the bucket itself. */
const reads = [
  'BucketPolicy',
  'BucketPolicyStatus',
  'BucketPublicAccessBlock',
  'BucketAcl',
  'BucketOwnershipControls',
  'BucketWebsite',
  'BucketVersioning',
  'BucketLogging',
  'LifecycleConfiguration',
  'ReplicationConfiguration',
  'EncryptionConfiguration',
];

/** A trail records in Regions other than its own too. */
const trails = ({ partition, account }: Stored): string[] => [`arn:${partition}:cloudtrail:*:${account}:trail/*`];

export const measureBucket = defineStep({
  name: 'measure-bucket',
  title: 'Find out who can use the bucket',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: whether the bucket is public, by what and through which access points, at which level that is blocked, whom it is shared with, what expires or is copied, which batch jobs are under way, what was changed lately and by whom, and where it is on record who read which object.',
  target: Stored,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    ...reads.map((name) => allow(`s3:Get${name}`, bucketArns)),
    allow('s3:GetAccountPublicAccessBlock'),
    allow('s3:ListAccessPoints'),
    allow('s3:ListJobs'),
    allow('s3:GetAccessPoint'),
    allow('s3:GetAccessPointPolicyStatus', ({ partition, region, account }: Stored) => [
      `arn:${partition}:s3:${region}:${account}:accesspoint/*`,
    ]),
    allow('cloudtrail:LookupEvents'),
    allow('cloudtrail:DescribeTrails'),
    allow('cloudtrail:GetEventSelectors', trails),
    allow('cloudtrail:GetTrailStatus', trails),
  ],
});
