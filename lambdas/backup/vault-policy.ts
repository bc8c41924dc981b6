import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import { deletedIn, planOurs, type ResourcePolicy, type Statement } from '../../lib/domain/resource-policy.ts';

/** The policy with these statements in it. */
export const planStatements = (
  vault: string,
  before: ResourcePolicy,
  ours: readonly Statement[],
): LeverPlan<ResourcePolicy> =>
  planOurs(before, ours, {
    of: vault,
    whyNot() {
      const gone = deletedIn(before);
      if (!gone) return null;
      return `the policy of ${vault} names ${gone}, which was deleted, so AWS Backup does not store it again: remove that, then try again`;
    },
  });
