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

interface FieldSelector {
  readonly Field?: string | undefined;
  readonly Equals?: readonly string[] | undefined;
  readonly StartsWith?: readonly string[] | undefined;
}

/** How a trail selects events (CloudTrail API reference, GetEventSelectors). */
export interface Selecting {
  readonly EventSelectors?:
    | readonly {
        readonly DataResources?:
          | readonly { readonly Type?: string | undefined; readonly Values?: readonly string[] | undefined }[]
          | undefined;
      }[]
    | undefined;
  readonly AdvancedEventSelectors?:
    | readonly { readonly FieldSelectors?: readonly FieldSelector[] | undefined }[]
    | undefined;
}

/** Whether a trail records who reads objects of the bucket. */
export function recordsReads(
  { EventSelectors = [], AdvancedEventSelectors = [] }: Selecting,
  bucketArn: string,
): boolean {
  const within = (prefix: string): boolean => `${bucketArn}/`.startsWith(prefix) || prefix === 'arn:aws:s3';
  const plain = EventSelectors.flatMap(({ DataResources = [] }) => DataResources).some(
    ({ Type, Values = [] }) => Type === 'AWS::S3::Object' && Values.some(within),
  );
  return (
    plain ||
    AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
      const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name);
      const arns = field('resources.ARN');
      const here = !arns || [...(arns.StartsWith ?? []), ...(arns.Equals ?? [])].some(within);
      return field('resources.type')?.Equals?.includes('AWS::S3::Object') === true && here;
    })
  );
}

/** Who has read what: nobody can say afterwards where it is on no record. */
export function readersSentence(trails: readonly string[], logs: string | null): string {
  const where = [
    ...trails.map((name) => `the trail ${name}`),
    ...(logs === null ? [] : [`access logs in the bucket ${logs}`]),
  ];
  return where.length > 0
    ? `Who reads which object is in ${listed(where)}`
    : 'NOT ON RECORD: no trail of this Region records who reads its objects, and it has no access logs';
}
