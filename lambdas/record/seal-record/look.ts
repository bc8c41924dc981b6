import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CustodyRecord, Verification } from '../../../lib/record/custody.ts';
import { environment } from '../../runtime/environment.ts';
import { sentence } from '../../runtime/errors.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { inVault } from '../../runtime/vault.ts';
import { type Sealed, sealedOf } from '../vault-locks.ts';
import { judged, type StoredArtefact, soonerLooked, unseen } from './judgement.ts';

/** Milliseconds for all artefacts of an incident: sealing must not wait for them, and the function has half a minute. */
const longest = 12_000;
/** Artefacts read side by side: one of gigabytes must not hold up the small ones. */
const abreast = 8;

const folderOf = (incident: string): string => `s3://${environment('VAULT')}/incidents/${incident}/`;
const uriOf = ({ Key }: Sealed): string => `s3://${environment('VAULT')}/${Key}`;

/**
 * The versions that may be meant. What the ledger named before it lay in the vault may be any of them: an update of a finding is put where the
 * finding lies. The oldest first, which S3 lists last (S3 API reference, ListObjectVersions): what a thief may have put on top comes after.
 */
function meantBy({ uri, version }: CustodyRecord, lying: readonly Sealed[]): Sealed[] {
  const versions = lying.filter((one) => uriOf(one) === uri);
  return version ? versions.filter(({ VersionId }) => VersionId === version) : versions.toReversed();
}

/** Reads one version out of the vault and hashes it as it streams in: nothing of it is kept, whatever its size. */
async function read(client: S3Client, which: Sealed, abortSignal: AbortSignal) {
  const got = await client.send(new GetObjectCommand({ ...inVault(), ...which }), { abortSignal });
  const digest = createHash('sha256');
  for await (const chunk of got.Body?.transformToWebStream() ?? []) {
    abortSignal.throwIfAborted();
    digest.update(chunk);
  }
  const lockedUntil = got.ObjectLockRetainUntilDate?.toISOString() ?? null;
  return { sha256: digest.digest('hex'), version: which.VersionId, lockedUntil };
}

/** What lies there for a record: the version with its bytes, else the oldest of those that are meant. */
async function find(
  client: S3Client,
  record: CustodyRecord,
  lying: readonly Sealed[],
  until: AbortSignal,
): Promise<StoredArtefact> {
  let oldest: StoredArtefact = 'gone';
  for (const lookAtOne of meantBy(record, lying)) {
    until.throwIfAborted();
    const seen = await read(client, lookAtOne, until);
    if (seen.sha256 === record.sha256) return seen;
    if (oldest === 'gone') oldest = seen;
  }
  return oldest;
}

/**
 * Looks at the artefacts of an incident that lie in the vault: whether the bytes have the hash and the lock lasts as long as the custody
 * record says. Those come first that were not looked at for longest. What could not be read is said so, and holds nothing up.
 */
export async function lookAt(work: Work, incident: string, records: readonly CustodyRecord[]): Promise<Verification[]> {
  const client = work.client(S3Client);
  const until = AbortSignal.timeout(longest);
  const ours = records.filter(({ uri }) => uri.startsWith(folderOf(incident)));
  if (ours.length === 0) return [];
  // That something is gone is told by the list: where one may not list, S3 denies what is missing like what is forbidden (S3 API
  // reference, GetObject), and a delete marker hides what is still there.
  const lying = sealedOf(work, incident, { abortSignal: until });
  const looked = new Map<CustodyRecord, Verification>();
  const one = async (record: CustodyRecord): Promise<Verification> => {
    try {
      return judged(record, await find(client, record, await lying, until));
    } catch (error) {
      return unseen(record, until.aborted ? null : sentence(error));
    }
  };
  const waiting = ours.toSorted(soonerLooked).values();
  const lookAtNext = async (): Promise<void> => {
    for (const record of waiting) looked.set(record, await one(record));
  };
  await Promise.all(Array.from({ length: abreast }, lookAtNext));
  return ours.flatMap((record) => looked.get(record) ?? []);
}
