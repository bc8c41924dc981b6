import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { isAtWorkWith, shortName } from '../arns.ts';
import type { Person } from '../person/target.ts';
import { denies, withDenial } from '../person-policy.ts';
import type { PersonDeny } from './step.ts';

/**
 * Bytes of a permission set's inline policy, and of those that are no white space: it is an inline policy of a role in each account (IAM
 * Identity Center user guide, "Quotas"; LBHackney-IT/Data-Platform#2789 shows the refusal).
 */
const [longest, longestPacked] = [32_768, 10_240];
const bytes = (text: string): number => new TextEncoder().encode(text).length;
const fits = (policy: string): boolean => bytes(policy) <= longest && bytes(policy.replace(/\s/g, '')) <= longestPacked;
/**
 * Characters of all of them. The comparison before a release carries each four times over, quoted, and Step Functions passes on 256 KiB
 * (its quotas); the table keeps each twice, of 400 KB an item.
 */
const longestTogether = 40_000;

const size = (sets: PersonDeny['sets']): number => Object.values(sets).reduce((sum, policy) => sum + policy.length, 0);

const refused = (id: string, why: string) => ({ refused: `${why}; deny ${id} by a policy of the organisation` });

/** Our statement in each permission set the person has and that has room for it; the others read back as open, and the organisation's policy is the second way. */
export function planDeny({ id }: Pick<Person, 'id'>, { userId, sets }: PersonDeny): LeverPlan<PersonDeny> {
  if (!userId) return refused(id, `IAM Identity Center's directory has no user ${id}`);
  const standing = Object.entries(sets);
  // Open sessions outlive the assignments they came by, so there may be plenty to deny.
  if (standing.length === 0) return refused(id, `${id} has no permission set that a deny could be written into`);
  if (standing.every(([, policy]) => denies(policy, userId)))
    return { nothing: `${id} is already denied in all permission sets` };
  const ours = standing.map(([set, policy]): [string, string] => {
    const denied = withDenial(policy, userId);
    return [set, fits(denied) ? denied : policy];
  });
  const full = ours.flatMap(([set, policy]) => (denies(policy, userId) ? [] : [shortName(set)]));
  if (full.length === ours.length)
    return refused(id, `the policy of ${full.join(', ')} has no room for a deny: ${longestPacked} characters at most`);
  if (size(sets) > longestTogether)
    return refused(id, `the policies of its ${standing.length} permission sets are too large to store for the release`);
  return { ours: { userId, sets: Object.fromEntries(ours) } };
}

/** A permission set that the person has or had, read back. */
export interface SeenSet {
  readonly name: string;
  readonly denied: 'yes' | 'no';
  /** Accounts in which it is not yet as it should be. */
  readonly behind: readonly string[];
}

const few = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** Verified when each of them denies the person in all its accounts, and the one of the finding is among them. */
export function verdictOf(target: Pick<Person, 'id' | 'roleName'>, seen: readonly SeenSet[]): Verdict {
  const { id, roleName } = target;
  const open = seen.flatMap(({ name, denied, behind }) => {
    if (denied === 'no') return [`the permission set ${name} does not deny ${id}`];
    return behind.length > 0 ? [`the deny in ${name} has not reached ${few(behind)}`] : [];
  });
  const known = seen.some(({ name }) => isAtWorkWith({ roleName }, name));
  const unknown = known ? [] : [`${roleName} belongs to no permission set that ${id} still has: its sessions continue`];
  const wrong = [...open, ...unknown];
  if (wrong.length > 0) return { outcome: 'not-verified', because: wrong.join('; ') };
  return { outcome: 'verified', seen: seen.map(({ name }) => `${name} denies ${id} in all its accounts`) };
}
