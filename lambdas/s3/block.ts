import { GetPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import type { Session } from '../runtime/session.ts';
import type { Block } from './bucket-facts.ts';
import { orNone } from './none.ts';
import { inBucket, type Stored } from './stored.ts';

/** The flags as they are set; null where the bucket has none. */
export async function blockOf(target: Stored, session: Session): Promise<Block | null> {
  const found = await session
    .client(S3Client)
    .send(new GetPublicAccessBlockCommand(inBucket(target)))
    .catch(orNone);
  if (!found) return null;
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
    found.PublicAccessBlockConfiguration ?? {};
  return {
    BlockPublicAcls: BlockPublicAcls ?? false,
    IgnorePublicAcls: IgnorePublicAcls ?? false,
    BlockPublicPolicy: BlockPublicPolicy ?? false,
    RestrictPublicBuckets: RestrictPublicBuckets ?? false,
  };
}
