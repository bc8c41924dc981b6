import { differences } from '../../../lib/domain/before-state.ts';
import { isServiceLinked } from '../../../lib/domain/identity.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { literal } from '../../../lib/domain/role-policy.ts';
import type { Suspect } from '../arns.ts';
import type { OrganizationDeny } from './step.ts';

/** Characters a service control policy may have in every organisation (Organizations guide, "Quotas and service limits"). */
const longest = 5120;
/** And its description (Organizations API, CreatePolicy). */
const longestDescription = 512;

/** `tourniquet-deny-0123456789ab`: one policy an identity, so two incidents never write into the same; `digest` is hexadecimal. */
export const policyName = (deployment: string, arn: string, digest: (text: string) => string): string =>
  `${deployment}-deny-${digest(arn).slice(0, 12)}`;

/** For whoever comes across the policy and wonders. */
export const descriptionFor = (arn: string, incident: string): string =>
  `Tourniquet, incident ${incident}: denies ${arn} everything. Release the incident to remove it.`.slice(
    0,
    longestDescription,
  );

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * What is true of the calls of exactly this identity (IAM user guide, "AWS global condition context keys"); null where nothing tells. A
 * user is met by name under any path, for a finding leaves the path out and names are unique in an account. Of a role session the
 * principal is the role, with the session in `aws:userid`. `aws:AssumedRoot` is there, and true, only in the privileged sessions by which
 * root credentials are audited and deleted: those go on. A person is told by the end of `aws:userid`, whichever permission set they use
 * (IAM Identity Center guide, "Deny user access with Service Control Policies").
 */
function conditionFor(target: Suspect): Condition | null {
  const { partition, account } = target;
  if (target.kind === 'person') return { StringLike: { 'aws:userid': `*:${literal(target.id)}` } };
  if (target.kind === 'root')
    return {
      ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::*:root` },
      BoolIfExists: { 'aws:AssumedRoot': 'false' },
    };
  if (target.kind === 'user') {
    const ways = ['', '*/'].map((path) => `arn:${partition}:iam::${account}:user/${path}${literal(target.id)}`);
    return { ArnLike: { 'aws:PrincipalArn': ways } };
  }
  const session = target.kind === 'instance' ? target.id : target.session;
  const ofRole = target.role && { ArnEquals: { 'aws:PrincipalArn': target.role.arn } };
  return ofRole && { ...ofRole, ...(session && { StringLike: { 'aws:userid': `*:${literal(session)}` } }) };
}

/** The policy's content: the same bytes for the same identity, whichever run writes it. Null where nothing tells the identity from others. */
export function contentFor(target: Suspect): string | null {
  const Condition = conditionFor(target);
  if (!Condition) return null;
  const Statement = [{ Sid: 'TourniquetDeny', Effect: 'Deny', Action: '*', Resource: '*', Condition }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** True when a policy says what ours for this target says, however it is spaced. */
export function isOurs(content: string | undefined, target: Suspect): boolean {
  const ours = contentFor(target);
  return content !== undefined && ours !== null && differences(JSON.parse(ours), JSON.parse(content)).length === 0;
}

export interface Rules {
  /** Of this deployment: its roles begin with it. */
  readonly deployment: string;
  /** Account id of the organisation's management account. */
  readonly management: string | undefined;
}

function refusal(target: Suspect, { deployment, management }: Rules): string | null {
  const { account, id } = target;
  if (account === management) return `no policy binds the management account ${account}: stop ${id} there by hand`;
  const content = contentFor(target);
  if (!content) return `the role of ${id} could not be read; write the service control policy by hand`;
  if (content.length > longest)
    return `the policy about ${id} would have ${content.length} characters, over ${longest}`;
  const role = 'role' in target ? target.role : null;
  if (role?.name.startsWith(`${deployment}-`)) return `${role.name} is one of Tourniquet's own roles`;
  return role && isServiceLinked(role.arn)
    ? `no policy of the organisation binds ${role.name}: it belongs to an AWS service`
    : null;
}

/** A deny of its own for this one identity, above everything its account can do. */
export function planDeny(target: Suspect, before: OrganizationDeny, rules: Rules): LeverPlan<OrganizationDeny> {
  if (target.kind === 'instance' && !target.role && !target.profile) return { nothing: 'the instance has no role' };
  const refused = refusal(target, rules);
  if (refused) return { refused };
  if (before.attached === 'yes') return { nothing: `${target.id} is already denied by ${before.policy}` };
  if (before.attached === 'rewritten')
    return { refused: `${before.policy} is attached, but someone has rewritten it: review it and delete it` };
  return { ours: { ...before, attached: 'yes' } };
}
