import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { bucketArns, Stored } from '../stored.ts';

export const VersionsListed = z.object({
  outcome: z.enum(['recorded', 'partly-recorded', 'would-record']),
  evidence: z.array(Custody),
  /** What comes back and what does not, each a sentence. */
  restore: z.array(z.string()),
  because: z.string().optional(),
});
export type VersionsListed = z.infer<typeof VersionsListed>;

export const listVersions = defineStep({
  name: 'list-versions',
  title: 'List versions and delete markers, and what comes back',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only: each version and delete marker of the bucket is listed, hashed and sealed in the evidence vault, with a plan that says key by key what brings it back, or that nothing here does; of the versions written last it is said whose key encrypts them.',
  target: Stored,
  result: VersionsListed,
  outcomes: { recorded: 'good', 'partly-recorded': 'attention', 'would-record': 'observed' },
  within: 300,
  hub: ['vault'],
  permissions: [
    allow('s3:ListBucketVersions', bucketArns),
    // S3 has no other right for what it tells of a version without its bytes (S3 API reference, HeadObject).
    allow('s3:GetObjectVersion', (target: Stored) => bucketArns(target).map((bucket) => `${bucket}/*`)),
  ],
});
