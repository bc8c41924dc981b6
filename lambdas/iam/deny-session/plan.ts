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
import type { Workload } from '../../eks/eks-workload/target.ts';
import type { Holder, SessionDeny } from './step.ts';

/** Name of the session: EC2 names it after the instance, Lambda after the function, ECS after the task (ECS guide, "Task IAM role"). */
export const sessionOf = (target: Holder): string | null =>
  target.kind === 'role-session'
    ? target.session
    : target.kind === 'eks-workload'
      ? `${target.cluster}/${target.id}`
      : target.id;

/**
 * Of pods: EKS Pod Identity tags a session with the pod it is of (EKS user guide, "Grant Pods access to AWS resources based on tags"). Web identity
 * says of it no more than who issued the token; IAM user guide, `aws:FederatedProvider`, has the provider by ARN or by name.
 */
function conditionOfPods({ pods, identity, partition, account }: Workload): Condition | null {
  if (identity?.through === 'pod identity')
    return pods.length > 0
      ? { StringEquals: { 'aws:PrincipalTag/kubernetes-pod-uid': pods.map(({ uid }) => uid).toSorted() } }
      : null;
  const issuer = identity?.through === 'web identity' && identity.issuer;
  if (!issuer) return null;
  const provider = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
  return { StringEquals: { 'aws:FederatedProvider': [provider, issuer] } };
}

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
  if (target.kind === 'eks-workload') return conditionOfPods(target);
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
  const unlike = `nothing tells the sessions of ${target.id} from the others of ${role.name}; deny all older sessions instead`;
  return whyNotOurs(role) ?? (sessionOf(target) ? (conditionOf(target) ? null : unlike) : nameless);
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
  if (target.kind === 'eks-workload' && target.unreachable) return { refused: target.unreachable };
  if (target.kind === 'eks-workload' && !target.identity)
    return { nothing: 'its service account has no role of its own, or two: pods may still use the role of their node' };
  const refused = refusal(target);
  if (refused) return { refused };
  if (denied === 'yes')
    return { nothing: `the session of ${sessionOf(target)} is already denied on ${target.role?.name}` };
  return { ours: { denied: 'yes' } };
}
