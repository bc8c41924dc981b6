import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { StoredObject } from './object/target.ts';
import { atVersion } from './version.ts';

/** What S3 tells of the version without its bytes: size in bytes, and the KMS key that encrypts it; null where it is gone. An ETag tells one object from another that took the version `null` since. */
export async function headOf(
  target: StoredObject,
  session: Session,
): Promise<{ readonly etag: string; readonly size: number; readonly key: string | null } | null> {
  const found = await session
    .client(S3Client)
    .send(new HeadObjectCommand(atVersion(target)))
    .catch(orGone);
  return found && { etag: found.ETag ?? '', size: found.ContentLength ?? 0, key: found.SSEKMSKeyId ?? null };
}
