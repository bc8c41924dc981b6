import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import {
  deletedIn,
  planOurs,
  type ResourcePolicy,
  type Statement,
  versionOf,
} from '../../lib/domain/resource-policy.ts';
import { bucketArn } from './bucket-facts.ts';
import { bucketOf, type Stored } from './stored.ts';

/** Bytes that a bucket policy may have (S3 user guide, "Bucket policies"). */
const longest = 20_480;

/** Why S3 would not store the policy with ours in it, in words; null where it would. */
function whyNot(before: ResourcePolicy, merged: string, bucket: string): string | null {
  const size = new TextEncoder().encode(merged).length;
  if (size > longest)
    return `the policy of ${bucket} would have ${size} bytes, and S3 stores ${longest}: shorten it, then approve again`;
  const version = versionOf(before);
  // Only the newer version knows how a wildcard is written that is none (IAM user guide, "Policy variables").
  if (version !== '2012-10-17' && merged.includes('${'))
    return `the policy of ${bucket} has the Version ${version}, which cannot name what has * or ? in its name: set it to 2012-10-17, then approve again`;
  const gone = deletedIn(before);
  if (!gone) return null;
  return `the policy of ${bucket} names ${gone}, which was deleted, so S3 does not store it again: remove that, then approve again`;
}

/** The policy with these statements in it. */
export function planStatements(
  target: Stored,
  before: ResourcePolicy,
  ours: readonly Statement[],
): LeverPlan<ResourcePolicy> {
  const of = bucketOf(target);
  return planOurs(before, ours, { of, whyNot: (merged) => whyNot(before, merged, of) });
}

/** The bucket and all that lies in it. */
export const wholeBucket = (target: Stored): string[] => {
  const arn = bucketArn(target, bucketOf(target));
  return [arn, `${arn}/*`];
};
