import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { Refused } from '../../../lib/domain/errors.ts';
import { acquireAll, type Wanted } from '../../runtime/acquire.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { orGone } from '../../runtime/facts.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { object, type StoredObject } from '../object/target.ts';
import { atVersion } from '../version.ts';
import { headOf } from '../version-head.ts';
import { type Hashed, hashedInParts, manifestOf, nameOf, type Part } from './parts.ts';
import { quarantineObject } from './step.ts';

/** Bytes that S3 takes in one piece (S3 user guide, "Uploading objects"): what is larger lies in the vault in parts, since uploading one object in several takes the right to decrypt it. */
const piece = 5 * 1024 ** 3;
/** Bytes that pass twice through a function in its ten minutes. */
const largest = 3 * piece;

const kind = 'malicious-object';

const get = (target: StoredObject, session: Session, Range?: string): Promise<GetObjectCommandOutput> =>
  session.client(S3Client).send(new GetObjectCommand({ ...atVersion(target), ...(Range && { Range }) }));

/** In Node.js S3's client answers with a stream of Node.js. */
const streamOf = ({ Body }: GetObjectCommandOutput): Readable => {
  if (!Body || !('pipe' in Body)) throw new Error('S3 answered without a body.');
  return Body;
};

/** An object under a key of the company is read by whoever may decrypt with that too (S3 user guide, "Protecting data with SSE-KMS"). */
async function explained(error: unknown, target: StoredObject, session: Session): Promise<never> {
  if (!isDenied(error)) throw error;
  const key = (await headOf(target, session).catch(() => null))?.key;
  if (!key) throw error;
  throw new Refused(
    `The object is encrypted with the key ${key}, and Tourniquet decrypts nothing but logs (kms:Decrypt): somebody who may copies it by hand (${sentence(error)})`,
    { cause: error },
  );
}

/** Read once without being held: S3 asks for size and hash before the bytes, and an object has a SHA-256 only if whoever wrote it gave one. */
async function hashed(target: StoredObject, session: Session): Promise<Hashed | null> {
  const found = await get(target, session)
    .catch(orGone)
    .catch((error: unknown) => explained(error, target, session));
  if (!found) return null;
  const size = found.ContentLength ?? 0;
  if (size <= largest) return hashedInParts(streamOf(found), piece);
  streamOf(found).destroy();
  throw new Refused(`The object has ${size} bytes: copy it by hand, since ${largest} are copied in the time there is`);
}

/** Read a second time, as it goes into the vault. */
const partOf = ({ from, size, sha256 }: Part, at: number, { parts }: Hashed): Wanted<StoredObject> => ({
  kind,
  name: nameOf(at, parts.length),
  absent: 'nothing was read',
  read: async (target, session) => {
    const range = parts.length > 1 ? `bytes=${from}-${from + size - 1}` : undefined;
    return { size, sha256, open: async () => streamOf(await get(target, session, range)) };
  },
});

async function quarantine(context: StepContext<StoredObject>) {
  const { target, session } = context;
  const source = object.arn(target);
  const whole = await hashed(target, session);
  if (!whole) {
    const absent = 'S3 answered: the version no longer exists';
    return acquireAll(context, source, [{ kind, name: kind, absent, read: async () => null }]);
  }
  const manifest = manifestOf(whole);
  const parts = whole.parts.map((part, at) => partOf(part, at, whole));
  const list = { kind: `${kind}-parts`, name: `${kind}-parts.json`, absent: 'one part', read: async () => manifest };
  return acquireAll(context, source, manifest ? [...parts, list] : parts);
}

export const handler = serveStep(quarantineObject, quarantine);
