import * as z from 'zod';
import { type Named, named } from '../named.ts';
import type { Severity } from '../severity.ts';
import { byArn } from './by-arn.ts';
import { CloudIdentity, credentialOf } from './identity.ts';
import { moment } from './moment.ts';
import { homeOf, partitionOf } from './place.ts';
import type { Reader } from './reader.ts';
import { scoreOf } from './score.ts';
import { unsaid } from './unsaid.ts';
import { accountText, count, flag, part, readAs, text, Unreadable } from './value.ts';

/** Who acted: one of the blocks is filled, the others are null (Macie API reference, UserIdentity). */
const Actor = z.object({
  type: text,
  assumedRole: part(CloudIdentity),
  iamUser: part(CloudIdentity),
  root: part(CloudIdentity),
  federatedUser: part(CloudIdentity),
  awsAccount: part(CloudIdentity),
  awsService: part(CloudIdentity),
});

/** Amazon Macie user guide, "Amazon EventBridge event schema for Macie findings". */
const Exposure = z.object({
  id: text,
  accountId: accountText,
  partition: text,
  region: text,
  type: text,
  title: text,
  description: text,
  severity: z.unknown().optional(),
  createdAt: moment,
  updatedAt: moment,
  count,
  sample: flag,
  archived: flag,
  resourcesAffected: part(
    z.object({
      s3Bucket: part(z.object({ arn: text, name: text })),
      s3Object: part(z.object({ bucketArn: text, key: text, versionId: text })),
    }),
  ),
  policyDetails: part(
    z.object({
      action: part(z.object({ apiCallDetails: part(z.object({ api: text, apiServiceName: text })) })),
      actor: part(
        z.object({
          userIdentity: part(Actor),
          ipAddressDetails: part(z.object({ ipAddressV4: text })),
          domainDetails: part(z.object({ domainName: text })),
        }),
      ),
    }),
  ),
});
type Exposure = z.infer<typeof Exposure>;

const severityNames = new Map<string, Severity>([
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);
const bands: readonly Severity[] = ['low', 'medium', 'high'];

const Rating = z.union([
  z.object({ score: z.unknown().optional(), description: text }),
  z.number().transform((score) => ({ score, description: null })),
]);

/** Macie's scale has three steps, 1 Low to 3 High (its user guide, "Severity scoring for findings"); the word counts where both stand. */
function ratingIn(value: unknown): { readonly severity: Severity | null; readonly score: number | null } {
  if (value === undefined || value === null) return { severity: null, score: null };
  const read = Rating.safeParse(value);
  if (!read.success)
    throw new Unreadable('severity: it should be an object with a score from 1 to 3 and a description.');
  const score = scoreOf(read.data.score);
  const word = read.data.description?.trim().toLowerCase();
  const severity = word ? severityNames.get(word) : score === null ? null : bands[score - 1];
  if (severity === undefined)
    throw new Unreadable(`severity: ${word ?? score} is not on Macie's scale, 1 Low to 3 High.`);
  return { severity, score };
}

function actorOf({ policyDetails }: Exposure, where: Pick<Named, 'account' | 'region'>): Named[] {
  const who = policyDetails?.actor?.userIdentity;
  if (!who) return [];
  const block = who.assumedRole ?? who.iamUser ?? who.root ?? who.federatedUser ?? who.awsAccount ?? who.awsService;
  return block ? credentialOf({ ...block, type: who.type ?? block.type }, where) : [];
}

/** The object that holds the data, its bucket, and whoever opened it. */
function targetsOf(found: Exposure, where: Pick<Named, 'account' | 'region'>): Named[] {
  const { s3Bucket, s3Object } = found.resourcesAffected ?? {};
  const arn = s3Bucket?.arn ?? s3Object?.bucketArn ?? null;
  const bucket = s3Bucket?.name ?? byArn(arn, where)?.id;
  const key = s3Object?.key;
  const version = s3Object?.versionId ?? null;
  const object = bucket && key ? [named('object', `${bucket}/${key}`, where, { inside: bucket, version })] : [];
  return [...object, ...(bucket ? [named('bucket', bucket, where, { arn })] : []), ...actorOf(found, where)];
}

/** Reads a finding of Amazon Macie: data that lies open, or a bucket that somebody opened. */
export const readMacie: Reader = (fields) => {
  const found = readAs(Exposure, fields, 'Macie finding');
  const { id, type } = found;
  if (!id) throw new Unreadable('The Macie finding has no id: nothing distinguishes it from others.');
  if (!type) throw new Unreadable('The Macie finding has no type, such as SensitiveData:S3Object/Personal.');
  const home = homeOf(found.accountId, found.region);
  const { severity, score } = ratingIn(found.severity);
  const targets = targetsOf(found, home);
  const { action, actor } = found.policyDetails ?? {};
  const { api, apiServiceName } = action?.apiCallDetails ?? {};
  const title = found.title ?? found.description ?? type;
  return {
    ...unsaid(),
    source: 'macie',
    product: 'Macie',
    id,
    arn: '',
    key: `macie:${id}`,
    type,
    title,
    nature: 'attack',
    severity,
    score,
    targets,
    account: home.account,
    region: home.region,
    drill: title.startsWith('[DRILL]'),
    partition: partitionOf(home.region, [found.resourcesAffected?.s3Bucket?.arn], found.partition),
    sample: found.sample,
    archived: found.archived,
    count: found.count,
    firstSeen: found.createdAt,
    lastSeen: found.updatedAt ?? found.createdAt,
    call: api && apiServiceName ? `${apiServiceName.replace(/\.amazonaws\.com$/, '')}:${api}` : null,
    remotes: [actor?.ipAddressDetails?.ipAddressV4, actor?.domainDetails?.domainName].flatMap((one) => one ?? []),
    missing: [
      ...home.missing,
      ...(severity ? [] : ['severity']),
      ...(targets.some(({ kind }) => kind === 'bucket') ? [] : ['bucket']),
    ],
  };
};
