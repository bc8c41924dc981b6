import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Custody } from '../../lib/domain/custody.ts';
import { Broken } from '../../lib/domain/errors.ts';
import { construct } from './clients.ts';
import { environment } from './environment.ts';
import type { Work } from './pipeline.ts';

const day = 86_400_000;

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

const keyOf = ({ incident, name }: Artefact): string =>
  incident ? `incidents/${incident}/${name}` : `findings/${name}`;
const digestOf = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();

/** Where an artefact will lie, and its hash, before it is sealed. */
export const addressOf = (artefact: Artefact): { uri: string; sha256: string } => ({
  uri: `s3://${environment('VAULT')}/${keyOf(artefact)}`,
  sha256: digestOf(artefact.body).toString('hex'),
});

/**
 * Seals bytes in the vault, locked from the moment they arrive. S3 checks the SHA-256 against what it received and refuses the
 * object when they differ, so the hash in the custody record is the hash of what lies there.
 */
export async function seal(work: Work, artefact: Artefact): Promise<Custody> {
  const { kind, source, account, region, body } = artefact;
  const Bucket = environment('VAULT');
  const Key = keyOf(artefact);
  const digest = digestOf(body);
  const acquiredAt = work.now();
  const until = lockedUntil(acquiredAt);
  const { VersionId } = await construct(S3Client, { maxAttempts: work.maxAttempts }, work.calls).send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: body,
      ChecksumSHA256: digest.toString('base64'),
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: environment('VAULT_KEY'),
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(until),
    }),
  );
  if (!VersionId) throw new Broken('The vault stored an object without a version: its Object Lock is off.');
  return {
    kind,
    source,
    account,
    region,
    acquiredAt,
    acquiredBy: `${environment('NAME')}-${process.env.POWERTOOLS_SERVICE_NAME}`,
    ...addressOf(artefact),
    version: VersionId,
    size: body.length,
    lockedUntil: until,
    lockMode: 'governance',
  };
}
