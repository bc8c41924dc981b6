import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Block } from '../bucket-facts.ts';
import { bucketArns, Stored } from '../stored.ts';

/** The four flags, or null for none: the bucket comes back with none, not with four that are off. */
export const Blocked = z.object({ block: Block.nullable() });
export type Blocked = z.infer<typeof Blocked>;

/** Both calls need the same right (Service Authorization Reference, Amazon S3). */
const put = [allow('s3:PutBucketPublicAccessBlock', bucketArns)];

export const blockPublicAccess = defineLever({
  name: 'block-public-access',
  title: 'Block public access to the bucket',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody reads or writes without being let in by name: public policies, of the bucket and of its access points, and public ACLs count no more, and neither does what a public policy gives other accounts. A website served from the bucket itself stops. Principals of the account and accounts that a policy names go on, where nothing in it is public.',
  undo: 'The four flags are as before, or the bucket has none again. What was copied meanwhile stays copied.',
  stands: { held: 'public access blocked', open: 'public access not blocked' },
  target: Stored,
  beforeState: Blocked,
  look: [allow('s3:GetBucketPublicAccessBlock', bucketArns)],
  apply: { permissions: put, within: 60 },
  release: { permissions: put, within: 60 },
});
