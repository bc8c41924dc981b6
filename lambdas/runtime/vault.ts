import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Custody } from '../../lib/domain/custody.ts';
import { Broken } from '../../lib/domain/errors.ts';
import { environment, tool } from './environment.ts';
import type { Work } from './pipeline.ts';

const day = 86_400_000;

/** The vault, for any call to S3: of another bucket by its name, whoever has made it, S3 refuses the call. */
export const inVault = () => ({ Bucket: environment('VAULT'), ExpectedBucketOwner: environment('VAULT_OWNER') });

export interface Artefact {
  /** Null where none is open yet. */
  readonly incident: string | null;
  readonly kind: string;
  /** File name below the incident; the same name again becomes a new version, and both stay. */
  readonly name: string;
  readonly source: string;
  readonly account: string;
  readonly region: string;
  readonly body: Uint8Array;
}

/** When an artefact acquired now may go: the configured retention, counted from `now` (ISO 8601). */
export const lockedUntil = (now: string): string =>
  new Date(Date.parse(now) + Number(environment('RETENTION_DAYS')) * day).toISOString();

/** As configured: in compliance mode nobody can shorten a lock, the root user and AWS included (S3 user guide, "Locking objects with Object Lock"). */
const lockMode = (): 'governance' | 'compliance' =>
  environment('LOCK') === 'compliance' ? 'compliance' : 'governance';

/** The same, as S3 writes it. */
export const lockModeOf = (): 'COMPLIANCE' | 'GOVERNANCE' =>
  lockMode() === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';

/** Who acquires something here, and with what. The session of a function's role has the name of the function (Lambda guide). */
export function acquirer(): Pick<Custody, 'acquiredBy' | 'tool'> {
  const name = `${environment('NAME')}-${process.env.POWERTOOLS_SERVICE_NAME}`;
  return { acquiredBy: name, tool: { name, ...tool() } };
}

export const keyOf = ({ incident, name }: Pick<Artefact, 'incident' | 'name'>): string =>
  incident ? `incidents/${incident}/${name}` : `findings/${name}`;
const digestOf = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();

/** Size in bytes, and SHA-256 in hex. */
interface Measured {
  readonly size: number;
  readonly sha256: string;
}

/** An artefact that passes through without being held: whoever keeps it says how large it is and which hash it has. */
export interface Streamed extends Omit<Artefact, 'body'>, Measured {
  readonly body: Readable;
}

/** What is known of an artefact before it lies in the vault: all but its version. */
export function custodyOf(work: Pick<Work, 'now'>, artefact: Artefact): Custody & { readonly sha256: string } {
  const { body } = artefact;
  return custodyFrom(work, artefact, { size: body.length, sha256: digestOf(body).toString('hex') });
}

export function custodyFrom<Digest extends string | null>(
  { now }: Pick<Work, 'now'>,
  artefact: Omit<Artefact, 'body'>,
  { size, sha256 }: { readonly size: number; readonly sha256: Digest },
) {
  const { kind, source, account, region } = artefact;
  const acquiredAt = now();
  return {
    kind,
    source,
    account,
    region,
    acquiredAt,
    ...acquirer(),
    uri: `s3://${environment('VAULT')}/${keyOf(artefact)}`,
    version: null,
    size,
    sha256,
    key: environment('VAULT_KEY'),
    lockedUntil: lockedUntil(acquiredAt),
    lockMode: lockMode(),
  };
}

/** What is put into the vault: key of the object, and its bytes with their SHA-256 in hex. */
interface ToSeal {
  readonly key: string;
  readonly body: Uint8Array | Readable;
  readonly sha256: string;
  /** In bytes; of a stream only: nobody can count it beforehand. */
  readonly size?: number;
  /** ISO 8601. */
  readonly lockedUntil: string;
}

/**
 * Puts bytes into the vault, locked from the moment they arrive, and returns their version. S3 hashes what it receives, refuses it where that
 * differs from our own hash, and answers with the hash of what it keeps.
 */
export async function putLocked(
  work: Work,
  { key, body, sha256, size, lockedUntil: until }: ToSeal,
  condition: { readonly IfNoneMatch?: '*' } = {},
): Promise<string> {
  const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
  const { VersionId, ChecksumSHA256: kept } = await work.client(S3Client).send(
    new PutObjectCommand({
      ...inVault(),
      Key: key,
      Body: body,
      ContentLength: size,
      ChecksumSHA256,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: environment('VAULT_KEY'),
      ObjectLockMode: lockModeOf(),
      ObjectLockRetainUntilDate: new Date(until),
      ...condition,
    }),
  );
  if (!VersionId) throw new Broken('S3 answered without a version: the Object Lock of the vault is off.');
  if (kept !== ChecksumSHA256) throw new Broken(`The vault holds different bytes of ${key} than were sent.`);
  return VersionId;
}

/** Does so unless something has this key (S3 user guide, "Conditional writes"): what is there stays, and gets no new version. */
export async function putOnce(work: Work, object: ToSeal): Promise<'put' | 'taken'> {
  try {
    await putLocked(work, object, { IfNoneMatch: '*' });
    return 'put';
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return 'taken';
    throw error;
  }
}

/** Seals what comes as a stream. S3 refuses it where what arrived has another hash than whoever keeps it says. */
export async function sealStream(work: Work, artefact: Streamed): Promise<Custody> {
  const { body, size, sha256 } = artefact;
  const custody = custodyFrom(work, artefact, artefact);
  const { lockedUntil: until } = custody;
  const version = await putLocked(work, { key: keyOf(artefact), body, size, sha256, lockedUntil: until });
  return { ...custody, version };
}

/** Seals an artefact in the vault. The custody record has the hash only if S3 keeps what we sent. */
export async function seal(work: Work, artefact: Artefact): Promise<Custody> {
  const custody = custodyOf(work, artefact);
  const { sha256, lockedUntil: until, acquiredAt } = custody;
  const key = keyOf(artefact);
  const version = await putLocked(work, { key, body: artefact.body, sha256, lockedUntil: until ?? acquiredAt });
  return { ...custody, version };
}
