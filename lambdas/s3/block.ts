import { GetPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import type { Session } from '../runtime/session.ts';
import { type Block, flagsIn } from './bucket-facts.ts';
import { orNone } from './none.ts';
import { inBucket, type Stored } from './stored.ts';

/** The flags as they are set; null where the bucket has none. */
export async function blockOf(target: Stored, session: Session): Promise<Block | null> {
  const found = await session
    .client(S3Client)
    .send(new GetPublicAccessBlockCommand(inBucket(target)))
    .catch(orNone);
  return found && flagsIn(found.PublicAccessBlockConfiguration);
}
