import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import type { Instance } from '../../lib/domain/resource.ts';
import { DenyPolicy, type DenyStatement, type SessionDeny } from './step.ts';

/** Our inline policy: one on a role, with one statement for each instance that is denied. */
export const policyName = 'tourniquet-deny';

const sidPrefix = 'Tourniquet';
/** A Sid takes letters and digits only, and must be unique in its policy (IAM user guide, "Sid"). */
const alphanumeric = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');

/**
 * Denies everything to one instance's sessions of the role: EC2 names them after the instance, so `aws:userid` is
 * `<role id>:<instance id>`, and a stolen copy carries the same (IAM user guide, policy variables; domain.md §2.3).
 */
const denial = (instance: string) => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { StringLike: { 'aws:userid': `*:${instance}` } },
});

/** The Sid names the incident for whoever reads the role, and ends with the instance, which makes it unique. */
export const statementFor = (instance: string, incident: string): DenyStatement => ({
  Sid: `${sidPrefix}${alphanumeric(incident)}${alphanumeric(instance)}`,
  ...denial(instance),
});

/** Ours for this instance, by whichever run; an instance id ends in hexadecimal digits, so no other ends in the same letter and digits. */
const isOurs = ({ Sid = '' }: DenyStatement, instance: string): boolean =>
  Sid.startsWith(sidPrefix) && Sid.endsWith(alphanumeric(instance));

/** The policy as IAM returns it: JSON, percent-encoded as RFC 3986 says (GetRolePolicy API). */
export const policyFrom = (document: string): DenyPolicy => DenyPolicy.parse(JSON.parse(decodeURIComponent(document)));

/** True when a statement of ours denies this instance in full; one that somebody has weakened does not count. */
export function denies(policy: DenyPolicy | null, instance: string): boolean {
  const whole = Object.entries(denial(instance)).map(([key, value]) => [key, JSON.stringify(value)] as const);
  return (policy?.Statement ?? []).some(
    (statement) =>
      isOurs(statement, instance) && whole.every(([key, value]) => JSON.stringify(statement[key]) === value),
  );
}

/** The policy with our statement in it, and every other as it was. */
export function merged(policy: DenyPolicy | null, instance: string, incident: string): DenyPolicy {
  const others = policy?.Statement.filter((statement) => !isOurs(statement, instance)) ?? [];
  return { Version: '2012-10-17', ...policy, Statement: [...others, statementFor(instance, incident)] };
}

/** The policy without our statement; null when nothing is left, since IAM knows no empty policy. */
export function without(policy: DenyPolicy | null, instance: string): DenyPolicy | null {
  const others = policy?.Statement.filter((statement) => !isOurs(statement, instance)) ?? [];
  return policy && others.length > 0 ? { ...policy, Statement: others } : null;
}

/** Our statement in the role's policy. */
export function planDeny({ role, profile }: Instance, { denied }: SessionDeny): LeverPlan<SessionDeny> {
  if (!role && !profile) return { nothing: 'the instance has no role' };
  if (!role) return { refused: `the role of ${profile?.arn} could not be read; deny its session by hand` };
  // Only the service it is linked to may change such a role (IAM user guide, "Service-linked roles").
  if (role.name.startsWith('AWSServiceRoleFor')) return { refused: `${role.name} belongs to an AWS service` };
  if (denied === 'yes') return { nothing: `its session of ${role.name} is already denied` };
  return { ours: { denied: 'yes' } };
}
