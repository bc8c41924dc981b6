import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { Refused } from '../../../lib/domain/errors.ts';
import { acquireAll, type Passing } from '../../runtime/acquire.ts';
import { isGone } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { object, type StoredObject } from '../object/target.ts';
import { keyOf, versionOf } from '../object-arns.ts';
import { inBucket } from '../stored.ts';
import { quarantineObject } from './step.ts';

/** Bytes that S3 takes in one piece (S3 user guide, "Uploading objects"). */
const largest = 5 * 1024 ** 3;

const get = (target: StoredObject, session: Session): Promise<GetObjectCommandOutput> =>
  session
    .client(S3Client)
    .send(new GetObjectCommand({ ...inBucket(target), Key: keyOf(target), VersionId: versionOf(target) }));

/** In Node.js S3's client answers with a stream of Node.js. */
const streamOf = ({ Body }: GetObjectCommandOutput): Readable => {
  if (!Body || !('pipe' in Body)) throw new Error('S3 answered without a body.');
  return Body;
};

/** Read twice and never held: S3 asks for size and hash before the bytes, and an object has a SHA-256 only if whoever wrote it gave one. */
async function read(target: StoredObject, session: Session): Promise<Passing | null> {
  const found = await get(target, session).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
  if (!found) return null;
  const size = found.ContentLength ?? 0;
  if (size > largest)
    throw new Refused(`The object has ${size} bytes: copy it by hand, since S3 takes ${largest} in one piece`);
  const hash = createHash('sha256');
  for await (const chunk of streamOf(found)) hash.update(chunk);
  return { size, sha256: hash.digest('hex'), open: async () => streamOf(await get(target, session)) };
}

const quarantine = (context: StepContext<StoredObject>) =>
  acquireAll(context, object.arn(context.target), [
    { kind: 'malicious-object', name: 'malicious-object', absent: 'S3 answered: the version no longer exists', read },
  ]);

export const handler = serveStep(quarantineObject, quarantine);
