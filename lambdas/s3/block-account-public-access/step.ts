import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Block } from '../bucket-facts.ts';
import { PublicAccessBlock } from '../public-access-block/target.ts';

/** The four flags of the account, or null for none: it comes back with none, not with four that are off. */
export const AccountBlocked = z.object({ block: Block.nullable() });
export type AccountBlocked = z.infer<typeof AccountBlocked>;

/** Both calls need the same right, which knows no resource (Service Authorization Reference, Amazon S3). */
const put = [allow('s3:PutAccountPublicAccessBlock')];

export const blockAccountPublicAccess = defineLever({
  name: 'block-account-public-access',
  title: 'Block public access to all buckets of the account',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'In no bucket of the account, in any Region, public policies and public ACLs count any more, those of access points included: every website that is served from a bucket itself stops, and nobody can open one again. Principals of the account and accounts that a policy names go on, where nothing in it is public. CloudFront goes on, where it comes with an origin access control.',
  undo: 'The four flags of the account are as before, or it has none again: what was public is public again. What was copied meanwhile stays copied.',
  stands: { held: 'public access blocked in the account', open: 'public access not blocked in the account' },
  target: PublicAccessBlock,
  beforeState: AccountBlocked,
  look: [allow('s3:GetAccountPublicAccessBlock')],
  apply: { permissions: put, within: 60 },
  release: { permissions: put, within: 60 },
});
