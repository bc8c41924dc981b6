import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import type { Instance } from '../../lib/domain/resource.ts';
import type { SessionDeny } from './step.ts';

/** One inline policy an instance, wholly ours: two incidents on one role never write into the same document. */
export const policyName = (instance: string): string => `tourniquet-deny-${instance}`;

/**
 * Denies everything to one instance's sessions of the role: EC2 names them after the instance, so `aws:userid` is
 * `<role id>:<instance id>`, and a stolen copy carries the same (IAM user guide, "IAM and AWS STS condition context keys").
 */
const denial = (instance: string) => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { StringLike: { 'aws:userid': `*:${instance}` } },
});

/** The policy to put. The Sid names the run for whoever reads the role; a Sid takes letters and digits only. */
export const policyFor = (instance: string, run: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: `Tourniquet${run.replace(/[^A-Za-z0-9]/g, '')}`, ...denial(instance) }],
  });

/**
 * True when the policy denies this instance in full; one that somebody has weakened does not count. IAM returns the document
 * percent-encoded as RFC 3986 says (GetRolePolicy API).
 */
export function denies(document: string | null, instance: string): boolean {
  if (document === null) return false;
  const { Statement = [] } = JSON.parse(decodeURIComponent(document)) as { Statement?: Record<string, unknown>[] };
  const whole = Object.entries(denial(instance)).map(([key, value]) => [key, JSON.stringify(value)] as const);
  return [Statement].flat().some((one) => whole.every(([key, value]) => JSON.stringify(one[key]) === value));
}

/** A deny of our own on the instance's role. */
export function planDeny({ role, profile, id }: Instance, { denied }: SessionDeny): LeverPlan<SessionDeny> {
  if (!role && !profile) return { nothing: 'the instance has no role' };
  if (!role) return { refused: `the role of ${profile?.arn} could not be read; deny its session by hand` };
  // Only the service it is linked to may change such a role (IAM user guide, "Service-linked roles").
  if (role.name.startsWith('AWSServiceRoleFor')) return { refused: `${role.name} belongs to an AWS service` };
  if (denied === 'yes') return { nothing: `the session of ${id} is already denied on ${role.name}` };
  return { ours: { denied: 'yes' } };
}
