import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { bucketArn } from '../bucket-facts.ts';
import { PublicAccessBlock } from '../public-access-block/target.ts';

/** Which buckets there are only the account tells. */
const all = (target: PublicAccessBlock): string[] => [bucketArn(target, '*')];

/** What is read of each. */
const reads = ['PolicyStatus', 'PublicAccessBlock', 'Acl', 'OwnershipControls', 'Tagging', 'Website'];

export const measurePublicBuckets = defineStep({
  name: 'measure-public-buckets',
  title: 'Find out which buckets of the account are public',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: which buckets of the account are public now, by what, and which of them are so on purpose, as far as tags and websites tell: those go dark. Who changed Block Public Access of the account lately.',
  target: PublicAccessBlock,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 60,
  permissions: [
    allow('s3:ListAllMyBuckets'),
    allow('s3:GetAccountPublicAccessBlock'),
    ...reads.map((name) => allow(`s3:GetBucket${name}`, all)),
    allow('cloudtrail:LookupEvents'),
  ],
});
