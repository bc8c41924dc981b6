/** Asks an independent implementation of IAM's rules (@cloud-copilot/iam-simulate) instead of the sandbox that enforced them. */
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Document, Policies, Role } from './policies.ts';

/** One thing AWS evaluates for a call. */
export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Under whose rights a call was made. A role of a member account is only ever used through a session narrowed by a policy. */
export interface Caller {
  readonly role: Role;
  readonly principal: string;
  readonly session: Document | null;
}

/** What every call of ours carries: TLS (bucket and topic insist on it), the role behind the session and its tags, the organisation. */
const carried = ({ arn, tags }: Role): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:PrincipalArn': arn,
  'aws:PrincipalOrgID': 'o-tourniquet1',
  'aws:ResourceOrgID': 'o-tourniquet1',
});

/** The account of a resource; buckets and snapshots carry none in their ARN, and are the caller's own here. */
const accountOf = (resource: string, own: string): string => resource.split(':')[4] || own;

/**
 * A root user has no policy that could let anybody in: whoever may take its place is decided where the caller is at home (STS API reference). Nor
 * has a VPC whose subnets are shared: what its owner lets a participant do, the share says (VPC guide, "Share your VPC subnets").
 */
const decidedAtHome = /^(sts:AssumeRoot$|ec2:)/;

/**
 * The Service Authorization Reference names no resource type for these, but AWS evaluates the state machine that the token belongs to:
 * tried by the authors of CDK's grantTaskResponse, which names it (aws/aws-cdk, pull request 8486).
 */
const withoutReference = /^states:SendTask/;

/**
 * Checked on an alias or on a version, whose ARNs look alike: the simulator refuses to choose between the two types of the Service Authorization
 * Reference before it has read a policy (findings/iam-simulate-does-not-choose-between-arns-that-look-alike.sh).
 */
const ofTwoTypes = /^lambda:(?:Put|Delete)ProvisionedConcurrencyConfig$/;

/** Documents of AWS's own carry no account, and it is by that ARN that they are checked; the Service Authorization Reference writes one for every document. */
const documentsOfAws = /^arn:[^:]+:ssm:[^:]*::document\/AWS-/;

export interface Verdict {
  readonly allowed: 'yes' | 'no';
  readonly because: string;
}

/**
 * What of a policy can bear on an action: whatever denies, and what allows this very action. Most of a role's policies is about other
 * actions, and the simulator would check the grammar of all of it at each of thousands of calls.
 */
function about(action: string, policy: Document): Document {
  const bears = ({ Effect, Action }: Document['Statement'][number]): boolean =>
    Effect === 'Deny' || !Action || Action.some((one) => one === action || one.includes('*'));
  return { ...policy, Statement: policy.Statement.filter(bears) };
}

const covers = (pattern: string, resource: string): boolean =>
  new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(resource);

const said = (because: string): Verdict => ({ allowed: because === 'Allowed' ? 'yes' : 'no', because });

async function simulate(
  { role, principal, session }: Caller,
  { action, resource, context }: Check,
  identityPolicies: Role['policies'],
  resourcePolicy: Document | undefined,
): Promise<Verdict> {
  const held = identityPolicies.map(({ name, policy }) => ({ name, policy: about(action, policy) }));
  const relevant = session && about(action, session);
  const narrowed = relevant?.Statement.length ? relevant : session;
  const simulation: Simulation = {
    request: {
      principal,
      action,
      resource: { resource, accountId: decidedAtHome.test(action) ? role.account : accountOf(resource, role.account) },
      contextVariables: { ...carried(role), ...context },
    },
    // A document without a statement is none that IAM would take.
    ...(narrowed && { sessionPolicy: narrowed }),
    identityPolicies: held.filter(({ policy }) => policy.Statement.length > 0),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy,
  };
  if (withoutReference.test(action)) return said(runUnsafeSimulation(simulation, {}));
  // That way knows no session policy; a boundary narrows identity policies just the same (IAM user guide, "Policy evaluation logic").
  const permissionBoundaryPolicies = narrowed ? [{ name: 'session', policy: narrowed }] : [];
  const bounded = narrowed ? { ...simulation, permissionBoundaryPolicies } : simulation;
  if (ofTwoTypes.test(action) || documentsOfAws.test(resource)) return said(runUnsafeSimulation(bounded, {}));
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') return { allowed: 'no', because: JSON.stringify(result.errors) };
  // What ends in an asterisk, as the ARN of a log group does, is asked about piece by piece: one piece that is allowed is not all of it.
  const whole = result.resultType !== 'wildcard' || result.results.some((one) => covers(one.resourcePattern, resource));
  return whole ? said(result.overallResult) : { allowed: 'no', because: 'only a part of it is allowed' };
}

/** Everything together: the role's policies, the session's, and what stands on the resource. */
export const verdict = (policies: Policies, caller: Caller, check: Check): Promise<Verdict> =>
  simulate(caller, check, caller.role.policies, policies.on(check.resource));

/** The same for one grant on its own, as if the role held nothing else. */
export const grantedBy = (policies: Policies, alone: Document, caller: Caller, check: Check): Promise<Verdict> =>
  simulate({ ...caller, session: null }, check, [{ name: 'alone', policy: alone }], policies.on(check.resource));
