import {
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Work } from '../runtime/pipeline.ts';
import { inVault } from '../runtime/vault.ts';

/** One version of an object in the vault. */
export interface Sealed {
  readonly Key: string;
  readonly VersionId: string;
}

/** What became of a lock: it was extended, or holds as long already. */
export type Extension = 'extended' | 'long enough';

/** Everything that lies in the vault of an incident, each version of it: what was sealed twice is evidence twice. */
export async function sealedOf(
  work: Work,
  incident: string,
  options: { readonly abortSignal?: AbortSignal } = {},
): Promise<Sealed[]> {
  const client = work.client(S3Client);
  const query = { ...inVault(), Prefix: `incidents/${incident}/` };
  const sealed: Sealed[] = [];
  let from = {};
  for (let more: boolean | undefined = true; more; ) {
    const page = await client.send(new ListObjectVersionsCommand({ ...query, ...from }), options);
    for (const { Key, VersionId } of page.Versions ?? []) if (Key && VersionId) sealed.push({ Key, VersionId });
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated;
  }
  return sealed;
}

/**
 * Holds a version until `until` (ISO 8601) at least. It is looked at first: in governance mode S3 itself would let whoever may bypass it
 * shorten a lock (S3 user guide, "Locking objects with Object Lock"), and we never do.
 */
export async function extendLock(work: Work, sealed: Sealed, until: string): Promise<Extension> {
  const client = work.client(S3Client);
  const which = { ...inVault(), ...sealed };
  const { Retention } = await client.send(new GetObjectRetentionCommand(which));
  const present = Retention?.RetainUntilDate?.toISOString() ?? '';
  if (present >= until) return 'long enough';
  const Mode = Retention?.Mode ?? 'GOVERNANCE';
  const Extended = { Mode, RetainUntilDate: new Date(until) };
  await client.send(new PutObjectRetentionCommand({ ...which, Retention: Extended }));
  return 'extended';
}
