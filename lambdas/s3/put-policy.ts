import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Refused } from '../../lib/domain/errors.ts';
import type { Change } from '../../lib/domain/outcome.ts';
import { oursIn, type ResourcePolicy, withOurs, withoutOurs } from '../../lib/domain/resource-policy.ts';
import { sentence } from '../runtime/errors.ts';
import type { LeverJob } from '../runtime/serve-lever.ts';
import type { Session } from '../runtime/session.ts';
import { orNone } from './none.ts';
import { bucketOf, inBucket, type Stored } from './stored.ts';

/** The policy as it is; `sids` are those of our statements for this target. */
export async function lookAtPolicy(target: Stored, session: Session, sids: string[]): Promise<ResourcePolicy> {
  const found = await session
    .client(S3Client)
    .send(new GetBucketPolicyCommand(inBucket(target)))
    .catch(orNone);
  return { document: found?.Policy ?? null, sids };
}

/** What S3 says no to for a reason that a person has to take out of the way (S3 API reference, PutBucketPolicy; user guide, "Blocking public access"). */
function explained(error: unknown): never {
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (/BlockPublicPolicy|public policies are prevented/i.test(message))
    throw new Refused(
      'The policy of the bucket is public, and Block Public Access lets nobody store a public policy: it counts for nobody, but stays as it is. Remove what is public in it by hand.',
      { cause: error },
    );
  if (name === 'MalformedPolicy')
    throw new Refused(`S3 does not store the policy: ${sentence(error)}`, { cause: error });
  throw error;
}

async function write(
  target: Stored,
  session: Session,
  { from, to }: { from: string | null; to: string | null },
): Promise<Change> {
  if (from === to) return { outcome: 'already-applied' };
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  if (to === null) await s3.send(new DeleteBucketPolicyCommand(where));
  else await s3.send(new PutBucketPolicyCommand({ ...where, Policy: to })).catch(explained);
  return { outcome: 'applied', changed: [`${bucketOf(target)}: bucket policy ${to === null ? 'removed' : 'written'}`] };
}

type Job = Omit<LeverJob<Stored, ResourcePolicy>, 'prepared'>;

/** Into the policy as it stands now, whatever others have made of it meanwhile. */
export const putOurs = ({ target, from, to, session }: Job): Promise<Change> =>
  write(target, session, { from: from.document, to: withOurs(from, oursIn(to)) });

/** Out of the policy as it stands now: what others have made of it meanwhile stays. */
export const takeOurs = ({ target, from, to, session }: Job): Promise<Change> =>
  write(target, session, { from: from.document, to: withoutOurs(from, to) });
