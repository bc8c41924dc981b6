import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { Session } from '../runtime/session.ts';
import { type Block, flagsIn } from './bucket-facts.ts';
import { orNone } from './none.ts';

/** The flags of the whole account; null where it has none. */
export async function accountBlock({ account }: { readonly account: string }, session: Session): Promise<Block | null> {
  const found = await session
    .client(S3ControlClient)
    .send(new GetPublicAccessBlockCommand({ AccountId: account }))
    .catch(orNone);
  return found && flagsIn(found.PublicAccessBlockConfiguration);
}
