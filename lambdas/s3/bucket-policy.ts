import * as z from 'zod';
import { differences } from '../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import { policyMeaning } from '../../lib/domain/policy-meaning.ts';
import { bucketArn } from './bucket-facts.ts';
import { bucketOf, type Stored } from './stored.ts';

/** A bucket's policy byte for byte, null for none, and the Sids of the statements that are ours: what others write into it is theirs. */
export const BucketPolicy = z.object({ document: z.string().nullable(), sids: z.array(z.string()) });
export type BucketPolicy = z.infer<typeof BucketPolicy>;

const Statement = z.record(z.string(), z.unknown());
export type Statement = z.infer<typeof Statement>;
const Document = z.looseObject({ Statement: z.union([z.array(Statement), Statement.transform((one) => [one])]) });

const parse = (document: string | null): z.infer<typeof Document> =>
  document === null ? { Version: '2012-10-17', Statement: [] } : Document.parse(JSON.parse(document));

const isOurs =
  (sids: readonly string[]) =>
  ({ Sid }: Statement): boolean =>
    sids.includes(String(Sid));

/** Our statements, as they stand in the policy. */
export const oursIn = ({ document, sids }: BucketPolicy): Statement[] => parse(document).Statement.filter(isOurs(sids));

/** As it is compared: ours alone, each by its Sid, so that nobody is asked about what others changed beside them. */
export const comparedPolicy = (policy: BucketPolicy): unknown =>
  Object.fromEntries(oursIn(policy).map((one) => [String(one.Sid), policyMeaning(one)]));

/** With these in place of what ours stood there; the statements of others stay as they are. */
export function withOurs({ document, sids }: BucketPolicy, ours: readonly Statement[]): string {
  const { Statement: all, ...rest } = parse(document);
  return JSON.stringify({ ...rest, Statement: [...all.filter((one) => !isOurs(sids)(one)), ...ours] });
}

/**
 * What is left without ours; null where that is nothing. It is the very policy of before where nobody has changed that since, byte for byte.
 */
export function withoutOurs(now: BucketPolicy, before: BucketPolicy): string | null {
  const { Statement: all, ...rest } = parse(now.document);
  const others = all.filter((one) => !isOurs(now.sids)(one));
  const left = { ...rest, Statement: others };
  const same = differences(policyMeaning(parse(before.document)), policyMeaning(left)).length === 0;
  if (same) return before.document;
  return others.length === 0 ? null : JSON.stringify(left);
}

/** Bytes that a bucket policy may have (S3 user guide, "Bucket policies"). */
const longest = 20_480;

/** As S3 shows a principal that was deleted since, and does not take it again (IAM user guide, "IAM identifiers", unique ids). */
const deleted = /^(?:AIDA|AROA)[A-Z0-9]{8,}$/;

const principalsIn = ({ Principal, NotPrincipal }: Statement): string[] =>
  [Principal, NotPrincipal].flatMap((one) => {
    const aws = z.object({ AWS: z.union([z.string(), z.array(z.string())]) }).safeParse(one);
    return aws.success ? [aws.data.AWS].flat() : [];
  });

/** Why S3 would not store the policy with ours in it, in words; null where it would. */
function whyNot({ document, sids }: BucketPolicy, merged: string, bucket: string): string | null {
  const size = new TextEncoder().encode(merged).length;
  if (size > longest)
    return `the policy of ${bucket} would have ${size} bytes, and S3 stores ${longest}: shorten it, then approve again`;
  const { Version = '2008-10-17' } = parse(document);
  // Only the newer version knows how a wildcard is written that is none (IAM user guide, "Policy variables").
  if (Version !== '2012-10-17' && merged.includes('${'))
    return `the policy of ${bucket} has the Version ${Version}, which cannot name what has * or ? in its name: set it to 2012-10-17, then approve again`;
  const gone = parse(document)
    .Statement.filter((one) => !isOurs(sids)(one))
    .flatMap(principalsIn)
    .find((one) => deleted.test(one));
  if (!gone) return null;
  return `the policy of ${bucket} names ${gone}, which was deleted, so S3 does not store it again: remove that, then approve again`;
}

/** The policy with these statements in it. */
export function planStatements(
  target: Stored,
  before: BucketPolicy,
  ours: readonly Statement[],
): LeverPlan<BucketPolicy> {
  const bucket = bucketOf(target);
  const document = withOurs(before, ours);
  const there = differences(policyMeaning(oursIn(before)), policyMeaning(ours)).length === 0;
  if (there) return { nothing: `the policy of ${bucket} denies it already` };
  const refused = whyNot(before, document, bucket);
  return refused ? { refused } : { ours: { document, sids: before.sids } };
}

/** The bucket and all that lies in it. */
export const wholeBucket = (target: Stored): string[] => {
  const arn = bucketArn(target, bucketOf(target));
  return [arn, `${arn}/*`];
};

/** What a lever on a bucket policy finds out beforehand: ARNs of those whom no statement of ours may shut out. */
export interface Prepared {
  readonly spared: readonly string[];
}

/** Leaves these alone. A role is named by its ARN, not by that of its session. */
export const sparing = (
  prepared: Prepared | null,
): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> =>
  prepared && prepared.spared.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': prepared.spared } } : {};
