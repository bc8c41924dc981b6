import { type Policy, policyOf } from '../../lib/access/policy.ts';
import type { OrganizationAdmin } from '../../lib/domain/config.ts';
import { statements } from '../../lib/domain/permission.ts';
import { RoleClass } from '../../lib/domain/step.ts';
import { type Contract, permissionsOf } from '../../lib/infra/registry.ts';

/** What the management account alone may do, whatever it delegates (Organizations user guide, "Delegated administrator for AWS Organizations"). */
const notDelegated = ['organizations:MoveAccount'];

/**
 * The resource policy of the organisation by which its management account lets another account make, attach and remove service control
 * policies of ours: of what the steps call there, all that can be delegated, under the same conditions.
 */
export function delegationPolicy(contracts: readonly Contract[], partition: string, admin: OrganizationAdmin): Policy {
  const permissions = RoleClass.options
    .flatMap((role) => permissionsOf(contracts, role, 'organization'))
    .filter(({ action }) => action.startsWith('organizations:') && !notDelegated.includes(action));
  const anywhere = { partition, account: '*', region: '*' };
  return policyOf(
    ...statements(permissions, anywhere).map(({ Action, Resource, Condition }, index) => ({
      Sid: `Tourniquet${index + 1}`,
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:${partition}:iam::${admin.account}:root` },
      Action,
      Resource: Resource.map((one) => one.replace(':organizations::*:', `:organizations::${admin.management}:`)),
      ...(Condition && { Condition }),
    })),
  );
}
