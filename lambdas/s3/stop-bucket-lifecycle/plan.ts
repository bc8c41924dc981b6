import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { policyMeaning } from '../../../lib/domain/policy-meaning.ts';
import { bucketOf, type Stored } from '../stored.ts';
import type { Moving } from './step.ts';

/** No lifecycle and no replication. */
export function planStop(target: Stored, { lifecycle, replication }: Moving): LeverPlan<Moving> {
  if (!lifecycle && !replication) return { nothing: `${bucketOf(target)} has no lifecycle and no replication` };
  return { ours: { lifecycle: null, replication: null } };
}

const byName = (rules: readonly Readonly<Record<string, unknown>>[]): unknown =>
  Object.fromEntries(rules.map((rule, index) => [String(rule.ID ?? index), policyMeaning(rule)]));

/** Rule by rule, in whatever order they and their parts come: S3 gives each an id where nobody has. */
export const comparedRules = ({ lifecycle, replication }: Moving) => ({
  lifecycle: lifecycle && { ...lifecycle, rules: byName(lifecycle.rules) },
  replication: replication && { ...replication, rules: byName(replication.rules) },
});
