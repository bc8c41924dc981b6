import { meantToBePublic } from '../bucket-facts.ts';
import { listed } from '../listed.ts';

/** What a company says by a tag, and what shows that people are meant to read it. */
export const purposeSentences = (tags: Readonly<Record<string, string>>, website: 'set' | 'none'): string[] => [
  ...(meantToBePublic({ tags }) ? ['Tagged allow-public'] : []),
  ...(website === 'set' ? ['A website is served from it: that stops once public access is blocked'] : []),
];

interface LifecycleRule {
  readonly ID?: string | undefined;
  readonly Status?: string | undefined;
  readonly Expiration?: { readonly Days?: number | undefined } | undefined;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number | undefined } | undefined;
}

/** Days in which what expires is gone before anybody has looked. */
const soon = 3;

/** A rule that deletes within days is how much is destroyed without a call for each object. */
export function expirySentence(rules: readonly LifecycleRule[]): string {
  const bombs = rules.filter(({ Status, Expiration, NoncurrentVersionExpiration }) => {
    const days = [Expiration?.Days, NoncurrentVersionExpiration?.NoncurrentDays].filter((one) => one !== undefined);
    return Status === 'Enabled' && days.some((one) => one <= soon);
  });
  if (bombs.length > 0)
    return `EXPIRES within ${soon} days by its lifecycle: ${listed(bombs.map(({ ID = 'a rule without a name' }) => ID))}`;
  return rules.length > 0 ? `Lifecycle with ${rules.length} rules, none within ${soon} days` : 'No lifecycle';
}

interface ReplicationRule {
  readonly Status?: string | undefined;
  readonly Destination?: { readonly Bucket?: string | undefined; readonly Account?: string | undefined } | undefined;
}

export function replicationSentence(rules: readonly ReplicationRule[]): string {
  const to = rules.flatMap(({ Status, Destination }) =>
    Status === 'Enabled' && Destination?.Bucket
      ? [`${Destination.Bucket.split(':').at(-1)}${Destination.Account ? ` of account ${Destination.Account}` : ''}`]
      : [],
  );
  return to.length > 0 ? `Replicated to ${listed([...new Set(to)])}` : 'Not replicated';
}

export const versioningSentence = (status: string | undefined): string =>
  status === 'Enabled'
    ? 'Versioned: what is deleted or overwritten comes back from its versions, unless those are deleted too'
    : `Versioning is ${status === 'Suspended' ? 'suspended' : 'off'}: what is deleted or overwritten now does not come back`;

/** Since April 2026 SSE-C is off for new buckets (S3 user guide, "Blocking or unblocking SSE-C"). */
export const foreignKeySentence = (blocked: readonly string[]): string =>
  blocked.includes('SSE-C')
    ? 'Writes with a key of the writer (SSE-C) are blocked'
    : 'Writes with a key of the writer (SSE-C) are possible: what is overwritten so is readable to them alone';

/** A call that changed who may use the bucket, or what becomes of it. */
export interface Changed {
  readonly name: string;
  readonly at: string;
  readonly by: string;
}

const telling =
  /^(?:Put|Delete)(?:BucketPolicy|BucketAcl|BucketPublicAccessBlock|PublicAccessBlock|BucketLifecycle|BucketLifecycleConfiguration|BucketReplication|BucketVersioning|BucketOwnershipControls|BucketWebsite|BucketEncryption|AccessPointPolicy)$/;

export const isTelling = (name: string): boolean => telling.test(name);

export const changedSentences = (changes: readonly Changed[]): string[] =>
  changes.length > 0
    ? [`Changed lately: ${listed(changes.map(({ name, at, by }) => `${name} by ${by} at ${at}`))}`]
    : ['CloudTrail shows no change of its settings in the last days'];
