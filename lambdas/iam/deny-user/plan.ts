import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import type { User } from '../user/target.ts';
import type { UserDeny } from './step.ts';

/** Managed policies attached to a user at most (IAM quotas); AWS's own quarantine policies count among them like any other. */
const attachedAtMost = 10;
/**
 * Only our own policy is a deny. Those that AWS attaches to users whose keys leak (AWSCompromisedKeyQuarantine…) forbid what such keys are
 * abused for and nothing else: no containment, and not ours to take away before AWS's support case is answered.
 */
export const beforeStateOf = (attached: readonly string[], boundary: string | null, policy: string): UserDeny => ({
  attached: attached.includes(policy) ? 'yes' : 'no',
  boundary,
});

/** The present state from the facts open-incident read, when they are young enough. Facts never read look like a user with nothing at all. */
export function beforeStateFrom(target: User, now: string, policy: string): UserDeny | null {
  const { attached, boundary, keys } = target;
  const read = attached.length > 0 || boundary !== null || keys.length > 0;
  return read && isFresh(target, now) ? beforeStateOf(attached, boundary, policy) : null;
}

/** What the deny is made of, and how many policies stand in its way. */
export interface Means {
  readonly policy: string;
  readonly attached: number;
}

const denies = ({ attached, boundary }: UserDeny, policy: string): boolean => attached === 'yes' || boundary === policy;

/** Our policy attached; where no room is left, as the permissions boundary, which an explicit deny makes just as strong. */
export function planDeny({ id }: User, before: UserDeny, { policy, attached }: Means): LeverPlan<UserDeny> {
  // Our own deny must never become the before-state of a second incident: its release would leave the user shut out.
  if (denies(before, policy)) return { nothing: `${id} is already denied` };
  if (attached < attachedAtMost) return { ours: { ...before, attached: 'yes' } };
  return { ours: { ...before, boundary: policy } };
}

/** One change to the user. */
export type Act = 'attach' | 'detach' | 'no boundary' | { readonly boundary: string };

/** What it takes to deny. A boundary that somebody set meanwhile is not ours to judge: no boundary lifts an explicit deny. */
export function toDeny(from: UserDeny, to: UserDeny, policy: string): Act[] {
  if (to.boundary === policy) return from.boundary === policy ? [] : [{ boundary: policy }];
  return from.attached === 'yes' ? [] : ['attach'];
}

/** What it takes to let go. */
export function toRelease(from: UserDeny, to: UserDeny): Act[] {
  const boundary: Act = to.boundary === null ? 'no boundary' : { boundary: to.boundary };
  return [
    ...(from.boundary === to.boundary ? [] : [boundary]),
    ...(from.attached === 'yes' && to.attached === 'no' ? (['detach'] as const) : []),
  ];
}

/** Verified when the deny stands, by whichever way. */
export function verdictOf({ id }: User, now: UserDeny, policy: string): Verdict {
  if (!denies(now, policy)) {
    const because = `${policy} is neither attached to ${id} nor its permissions boundary`;
    return { outcome: 'not-verified', because };
  }
  const ways = [
    ...(now.attached === 'yes' ? [`${id}: ${policy} attached`] : []),
    ...(now.boundary === policy ? [`${id}: ${policy} is the permissions boundary`] : []),
  ];
  return { outcome: 'verified', seen: ways };
}
