/** Everything that is granted, one action on one resource at a time, and whether anything that was done needed it. */
import type { MadeCall } from './made.ts';
import type { Document, Policies, Role } from './policies.ts';
import { type Check, grantedBy } from './simulate.ts';

export interface Grant {
  readonly role: Role;
  readonly action: string;
  readonly resource: string;
  /** Nothing but this grant. */
  readonly alone: Document;
}

export function grantsOf(role: Role): Grant[] {
  return role.policies.flatMap(({ policy: { Version, Statement } }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) =>
      (statement.Action ?? []).flatMap((action) =>
        (statement.Resource ?? []).map((resource) => ({
          role,
          action,
          resource,
          alone: { Version, Statement: [{ ...statement, Action: [action], Resource: [resource] }] },
        })),
      ),
    ),
  );
}

export const sentenceOf = ({ role, action, resource }: Grant): string =>
  `${role.name} in ${role.account} may ${action} on ${resource}, and nothing it did needed that.`;

/** A role's calls, by action; the same check asked for twice counts once. */
function checksByAction(calls: readonly MadeCall[]): Map<string, [MadeCall, Check][]> {
  const seen = new Map<string, [MadeCall, Check]>();
  for (const call of calls) for (const check of call.checks) seen.set(JSON.stringify(check), [call, check]);
  return Map.groupBy(seen.values(), ([, { action }]) => action);
}

/** The grants that no call of their role needed: each is held alone against the calls, until one is allowed by it. */
export async function unused(policies: Policies, calls: readonly MadeCall[]): Promise<Grant[]> {
  const byRole = Map.groupBy(calls, ({ caller }) => caller.role);
  const left: Grant[] = [];
  for (const role of policies.roles) {
    const done = checksByAction(byRole.get(role) ?? []);
    for (const grant of grantsOf(role)) if (!(await isUsed(policies, grant, done))) left.push(grant);
  }
  return left;
}

async function isUsed(policies: Policies, { action, alone }: Grant, done: Map<string, [MadeCall, Check][]>) {
  for (const [{ caller }, check] of done.get(action) ?? []) {
    if ((await grantedBy(policies, alone, caller, check)).allowed === 'yes') return true;
  }
  return false;
}
