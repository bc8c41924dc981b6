import { PutObjectCommand, PutObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Custody } from '../../lib/domain/custody.ts';
import type { ClientOptions } from './clients.ts';
import { environment } from './environment.ts';
import type { Work } from './pipeline.ts';
import { type Artefact, custodyFrom, inVault, keyOf, lockedUntil, lockModeOf } from './vault.ts';

/**
 * What an instance puts into the vault itself, so that its bytes pass through nothing else: not the function, not a log, not the history of
 * Systems Manager, and no disk. Systems Manager could write output to S3 as well (OutputS3BucketName), but does so with the credentials of the
 * instance (its guide, "Setting up Run Command"): those are the thief's too, and have no right on the vault. What is signed here is one PUT of
 * one key, for minutes.
 */
export type Upload = Omit<Artefact, 'body'>;

/** The SDK would sign the checksum of the empty body that it has, and S3 refuse every other one. */
export class SigningClient extends S3Client {
  constructor(options: ClientOptions) {
    super({ ...options, requestChecksumCalculation: 'WHEN_REQUIRED' });
  }
}

/** By this, whoever has it puts one object under one key, for so many seconds. The vault encrypts and locks it by its defaults. */
export function uploadUrl(work: Work, upload: Upload, expiresIn: number): Promise<string> {
  const command = new PutObjectCommand({ Bucket: environment('VAULT'), Key: keyOf(upload) });
  return getSignedUrl(work.client(SigningClient), command, { expiresIn });
}

/** What whoever put it there says of it: a version by S3's answer, size in bytes, and the SHA-256 in hex of what was sent. */
export interface Uploaded {
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
}

/** An hour: S3 may have put its default lock on by a clock that is ahead of ours, and shortens none. */
const ahead = 3_600_000;

/**
 * Locks that version as long as everything else, which S3 refuses where it is not there. That its bytes have this hash is seen when the record
 * is sealed: whoever seals evidence cannot read it.
 *
 * @throws What S3 answers: `NoSuchVersion` where what the instance said is not so.
 */
export async function keepUploaded(work: Work, upload: Upload, uploaded: Uploaded): Promise<Custody> {
  const { version: VersionId } = uploaded;
  const until = lockedUntil(new Date(Date.parse(work.now()) + ahead).toISOString());
  const Retention = { Mode: lockModeOf(), RetainUntilDate: new Date(until) };
  await work
    .client(S3Client)
    .send(new PutObjectRetentionCommand({ ...inVault(), Key: keyOf(upload), VersionId, Retention }));
  return { ...custodyFrom(work, upload, uploaded), version: VersionId, lockedUntil: until };
}
