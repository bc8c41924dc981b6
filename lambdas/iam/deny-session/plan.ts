import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { instanceBehind } from '../../../lib/domain/named.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import {
  type Condition,
  denialsIn,
  denyPolicy,
  literal,
  sessionPolicyName,
  whyNotOurs,
} from '../../../lib/domain/role-policy.ts';
import type { Holder, SessionDeny } from './step.ts';

/** Name of the session: EC2 names it after the instance, Lambda after the function, ECS after the task (ECS guide, "Task IAM role"). */
export const sessionOf = (target: Holder): string | null =>
  target.kind === 'role-session' ? target.session : target.id;

/** One inline policy a session, wholly ours: two incidents on one role never write into the same document. */
export function policyName(target: Holder, digest: (text: string) => string): string {
  const session = sessionOf(target) ?? '';
  // "deny-older…" is the other lever's; a thief who picks that name for a session must not make the two meet.
  const marked = session.startsWith('older') ? ` ${session}` : session;
  return sessionPolicyName('tourniquet-deny', marked, digest);
}

/**
 * What is true of the calls of exactly this session: `aws:userid` is `<role id>:<session name>`, and a stolen copy carries the same (IAM
 * user guide, "IAM and AWS STS condition context keys"). An instance's session gets the same policy whichever finding named it.
 */
export function conditionOf(target: Holder): Condition | null {
  const { role } = target;
  const session = sessionOf(target);
  if (!role || !session) return null;
  const instance =
    target.kind === 'instance' ? target.id : target.kind === 'role-session' && instanceBehind(target.principal);
  return { StringLike: { 'aws:userid': instance ? `*:${instance}` : `${role.id}:${literal(session)}` } };
}

/** The policy to put; null where nothing tells the session from the role's others. */
export function policyFor(target: Holder, run: string): string | null {
  const condition = conditionOf(target);
  return condition && denyPolicy(condition, run);
}

/** True when the policy denies this session in full. */
export function denies(document: string | null, target: Holder): boolean {
  const condition = JSON.stringify(conditionOf(target));
  return denialsIn(document).some((one) => JSON.stringify(one) === condition);
}

function refusal(target: Holder): string | null {
  const { role } = target;
  if (!role) {
    const whose = target.kind === 'instance' ? target.profile?.arn : target.id;
    return `the role of ${whose} could not be read; deny its session by hand`;
  }
  const nameless = `the finding names no session of ${role.name}; deny all older sessions instead`;
  return whyNotOurs(role) ?? (sessionOf(target) ? null : nameless);
}

/** The present state where the facts already tell: a role without a policy of our name denies nothing by it. */
export function beforeStateFrom(target: Holder, now: string, name: string): SessionDeny | null {
  const policies = target.role?.policies;
  return policies && isFresh(target, now) && !policies.includes(name) ? { denied: 'no' } : null;
}

/** A deny of our own on the role. */
export function planDeny(target: Holder, { denied }: SessionDeny): LeverPlan<SessionDeny> {
  if (target.kind === 'instance' && !target.role && !target.profile) return { nothing: 'the instance has no role' };
  if (target.kind === 'ecs-task' && !target.roleArn) return { nothing: 'the task has no role' };
  const refused = refusal(target);
  if (refused) return { refused };
  if (denied === 'yes')
    return { nothing: `the session of ${sessionOf(target)} is already denied on ${target.role?.name}` };
  return { ours: { denied: 'yes' } };
}
