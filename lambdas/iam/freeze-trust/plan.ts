import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { policyMeaning } from '../../../lib/domain/policy-meaning.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import type { RoleSession } from '../role-session/target.ts';
import type { Trust } from './step.ts';

/**
 * Lets nobody in: who is not allowed may not assume a role, so the Deny is there because a policy needs a statement, and to tell a reader
 * who wrote it. The principal is written `{"AWS":"*"}`, since IAM refuses a plain "*" in a trust policy; the bytes are what we send and
 * what IAM returns.
 */
export const frozen: Trust = {
  document:
    '{"Version":"2012-10-17","Statement":[{"Sid":"TourniquetFrozen","Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}',
  sha256: '8d9ff9255ef72f04b9b578d1f6757d37c4af409928acf8893e501c93135576b7',
};

/** A trust policy as it is compared: IAM answers its principals in another order at each read. What is written back are the bytes. */
export function comparedTrust({ document }: Trust): unknown {
  try {
    return policyMeaning(JSON.parse(document));
  } catch {
    return document;
  }
}

/** The role lets nobody in any more. */
export function planFreeze({ role, id }: RoleSession, { document }: Trust): LeverPlan<Trust> {
  if (!role) return { refused: `the role of ${id} could not be read; freeze its trust policy by hand` };
  const refused = whyNotOurs(role);
  if (refused) return { refused };
  if (document === frozen.document)
    return { nothing: `nobody can assume ${role.name} any more, since an earlier freeze` };
  return { ours: frozen };
}
