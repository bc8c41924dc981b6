import { DeletePublicAccessBlockCommand, PutPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import { differences } from '../../../lib/domain/before-state.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { blockOf } from '../block.ts';
import { bucketOf, inBucket, type Stored } from '../stored.ts';
import { beforeStateFrom, planBlock } from './plan.ts';
import { type Blocked, blockPublicAccess } from './step.ts';

const look = async (target: Stored, session: Session): Promise<Blocked> => ({ block: await blockOf(target, session) });

/** Blocking and releasing are the same walk, in opposite directions. */
async function write({ target, from, to, session }: LeverJob<Stored, Blocked>): Promise<Change> {
  if (differences(from, to).length === 0) return { outcome: 'already-applied' };
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  const { block } = to;
  await (block
    ? s3.send(new PutPublicAccessBlockCommand({ ...where, PublicAccessBlockConfiguration: block }))
    : s3.send(new DeletePublicAccessBlockCommand(where)));
  const flags = Object.entries(block ?? {}).flatMap(([flag, on]) => (on ? [flag] : []));
  return { outcome: 'applied', changed: [`${bucketOf(target)}: public access block ${flags.join(', ') || 'none'}`] };
}

export const handler = serveLever(blockPublicAccess, {
  look,
  beforeStateFrom,
  plan: planBlock,
  apply: write,
  release: write,
});
