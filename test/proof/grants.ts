/** Everything that is granted, one action on one resource at a time, and whether anything recorded needed it. */
import type { MadeCall } from './made.ts';
import type { Document, Policies, Role } from './policies.ts';
import { grantedBy } from './simulate.ts';

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

async function isUsed({ action, alone }: Grant, calls: readonly MadeCall[]): Promise<'used' | 'unused'> {
  for (const { caller, checks } of calls) {
    for (const check of checks) {
      if (check.action !== action) continue;
      const { allowed } = await grantedBy(alone, caller, check);
      if (allowed === 'yes') return 'used';
    }
  }
  return 'unused';
}

/** The grants that no call of their role needed. */
export async function unused({ roles }: Policies, calls: readonly MadeCall[]): Promise<Grant[]> {
  const byRole = Map.groupBy(calls, ({ caller }) => caller.role);
  const judged = roles.flatMap(grantsOf).map(async (grant) => ({
    grant,
    verdict: await isUsed(grant, byRole.get(grant.role) ?? []),
  }));
  return (await Promise.all(judged)).flatMap(({ grant, verdict }) => (verdict === 'unused' ? [grant] : []));
}
