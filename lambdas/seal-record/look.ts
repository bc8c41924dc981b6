import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CustodyRecord, Verification } from '../../lib/record/custody.ts';
import { construct } from '../runtime/clients.ts';
import { environment } from '../runtime/environment.ts';
import { sentence } from '../runtime/errors.ts';
import type { Work } from '../runtime/pipeline.ts';
import { judged, notLookedAt, type Seen } from './judgement.ts';

/** Milliseconds for all artefacts of an incident: sealing must not wait for them, and the function has half a minute. */
const longest = 12_000;

/** Reads one artefact out of the vault and hashes it as it streams in: none is too large, and nothing of it is kept. */
async function read(client: S3Client, Key: string, version: string | null, abortSignal: AbortSignal): Promise<Seen> {
  const which = { Bucket: environment('VAULT'), Key, ...(version && { VersionId: version }) };
  try {
    const got = await client.send(new GetObjectCommand(which), { abortSignal });
    const digest = createHash('sha256');
    for await (const chunk of got.Body?.transformToWebStream() ?? []) {
      abortSignal.throwIfAborted();
      digest.update(chunk);
    }
    const lockedUntil = got.ObjectLockRetainUntilDate?.toISOString() ?? null;
    return { sha256: digest.digest('hex'), version: got.VersionId ?? null, lockedUntil };
  } catch (error) {
    if (error instanceof Error && /^(NoSuchKey|NoSuchVersion)$/.test(error.name)) return 'gone';
    throw error;
  }
}

/**
 * Looks at every artefact of an incident that lies in the vault: whether its bytes have the hash and its lock lasts as long as the custody
 * record says. What could not be looked at is said so, and holds nothing up.
 */
export async function lookAt({ maxAttempts, calls }: Work, records: readonly CustodyRecord[]): Promise<Verification[]> {
  const client = construct(S3Client, { maxAttempts }, calls);
  const until = AbortSignal.timeout(longest);
  const ours = `s3://${environment('VAULT')}/`;
  const verifications: Verification[] = [];
  for (const record of records.filter(({ uri }) => uri.startsWith(ours))) {
    try {
      until.throwIfAborted();
      verifications.push(
        judged(record, await read(client, record.uri.slice(ours.length), record.version ?? null, until)),
      );
    } catch (error) {
      verifications.push(notLookedAt(record, until.aborted ? 'there was no more time' : sentence(error)));
    }
  }
  return verifications;
}
