import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { inBucket, type Stored } from '../stored.ts';
import type { Entry } from './plan.ts';

/** Versions that are looked at: a sample of what was written last, since each costs a request. */
const sample = 20;

/** The entries written last, of what there was before and one more; delete markers hold nothing. */
export function newest(before: readonly Entry[], entry: Entry): readonly Entry[] {
  const last = before.at(-1);
  if (entry.kind !== 'version' || (before.length >= sample && (last?.at ?? '') >= (entry.at ?? ''))) return before;
  return [...before, entry].toSorted((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1)).slice(0, sample);
}

/** Who decides whether a version can be read: its account, another one, or only whoever wrote it; null where S3 did not say. */
export type Holder = { readonly who: 'here' | 'writer' } | { readonly who: 'elsewhere'; readonly key: string } | null;

/**
 * S3 tells nothing of a version that was written with a key of the writer's own (SSE-C) unless that key comes with the request: 400, and
 * since it answers a HEAD no more than that (S3 API reference, HeadObject).
 */
const refused = (error: unknown): Holder =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 400 ? { who: 'writer' } : null;

async function holderOf(s3: S3Client, target: Stored, { key: Key, version }: Entry): Promise<Holder> {
  const head = new HeadObjectCommand({ ...inBucket(target), Key, VersionId: version });
  try {
    const { SSEKMSKeyId: key = '' } = await s3.send(head);
    const [, account] = /^arn:[^:]+:kms:[^:]*:(\d+):/.exec(key) ?? [];
    return account && account !== target.account ? { who: 'elsewhere', key } : { who: 'here' };
  } catch (error) {
    return refused(error);
  }
}

/** What was found, each a sentence. */
export function cipherSentences(holders: readonly Holder[]): string[] {
  if (holders.length === 0) return [];
  const writers = holders.filter((one) => one?.who === 'writer').length;
  const keys = holders.flatMap((one) => (one?.who === 'elsewhere' ? [one.key] : []));
  const unknown = holders.filter((one) => one === null).length;
  const looked = `Of the ${holders.length} versions written last`;
  return [
    ...(writers > 0
      ? [
          `${looked} ${writers} are ENCRYPTED WITH A KEY THAT ONLY THEIR WRITER HAS (SSE-C): AWS cannot read them either`,
        ]
      : []),
    ...(keys.length > 0
      ? [
          `${looked} ${keys.length} are ENCRYPTED WITH A KMS KEY OF ANOTHER ACCOUNT, which decides who reads them: ${[...new Set(keys)].slice(0, 3).join(', ')}`,
        ]
      : []),
    ...(unknown > 0 ? [`${looked} S3 did not say of ${unknown} with whose key they are encrypted`] : []),
    ...(writers + keys.length + unknown === 0 ? [`${looked} none is encrypted with somebody else's key`] : []),
  ];
}

/** With whose keys the versions written last are encrypted: who holds data to ransom need not delete any of it. */
export const ciphersOf = async (s3: S3Client, target: Stored, entries: readonly Entry[]): Promise<string[]> =>
  cipherSentences(await Promise.all(entries.map((one) => holderOf(s3, target, one))));
