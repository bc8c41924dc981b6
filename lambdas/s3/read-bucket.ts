import { GetBucketLocationCommand, GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { isGone } from '../runtime/errors.ts';
import { type Facts, gone, orGone, read, tagsOf } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import { blockOf } from './block.ts';
import { actorsIn } from './bucket-facts.ts';
import { orNone } from './none.ts';
import { bucketOf, inBucket, type Stored } from './stored.ts';

/** Two Regions have names of their own there (S3 API reference, GetBucketLocation). */
const regionOf = (constraint: string | undefined): string => {
  if (!constraint) return 'us-east-1';
  return constraint === 'EU' ? 'eu-west-1' : constraint;
};

/** Reads the facts of a bucket, or of the one that an object lies in. */
export async function readFacts<T extends Stored>(base: T, session: Session, { targets }: Finding): Promise<Facts<T>> {
  const s3 = session.client(S3Client);
  const [located, tagging, block] = await Promise.all([
    s3.send(new GetBucketLocationCommand(inBucket(base))).catch(orGone),
    s3.send(new GetBucketTaggingCommand(inBucket(base))).catch(orMissing),
    blockOf(base, session).catch(orMissing),
  ]);
  if (!located) return gone(base, `the bucket ${bucketOf(base)}`);
  const region = regionOf(located.LocationConstraint);
  return read({ ...base, region, tags: tagsOf(tagging?.TagSet), block, actors: actorsIn(targets) });
}

/** Null where the bucket has none, and where there is no bucket. */
const orMissing = (error: unknown): null => (isGone(error) ? null : orNone(error));
