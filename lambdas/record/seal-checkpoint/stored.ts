import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { Broken } from '../../../lib/domain/errors.ts';
import { keyOf } from '../../../lib/record/checkpoint/checkpoint.ts';
import { type ReadCheckpoint, readOrFault } from '../../../lib/record/checkpoint/read.ts';
import { type Files, sha256 } from '../../../lib/record/export/files.ts';
import { pack, unpack } from '../../../lib/record/export/tar.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { inVault, lockedUntil, putOnce } from '../../runtime/vault.ts';

const nameOf = (number: number): string => `checkpoint-${number}`;

/** Puts a checkpoint into the vault, unless there is one of this number: an earlier attempt may have come as far, or another run is at it. */
export function put(work: Work, number: number, files: Files, at: string): Promise<'put' | 'taken'> {
  const body = pack(nameOf(number), files, at);
  return putOnce(work, { key: keyOf(number), body, sha256: sha256(body), lockedUntil: lockedUntil(at) });
}

/**
 * Reads the checkpoint of this number from the vault, the oldest version of it: what somebody may have put on top comes after (S3 API
 * reference, ListObjectVersions). Throws Broken where it is not one that our key signed.
 */
export async function readStored(work: Work, number: number, fingerprint: string): Promise<ReadCheckpoint> {
  const client = work.client(S3Client);
  const Key = keyOf(number);
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ ...inVault(), Prefix: Key }));
  const VersionId = Versions.findLast((one) => one.Key === Key)?.VersionId;
  const { Body } = await client.send(new GetObjectCommand({ ...inVault(), Key, VersionId }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const read = readOrFault(() => unpack(bytes), fingerprint);
  if ('what' in read)
    throw new Broken(`${Key} in the vault is no checkpoint of ours, so that none can be made: ${read.what}`);
  return read;
}
