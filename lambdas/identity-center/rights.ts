import { allow } from '../../lib/domain/permission.ts';
import { directories, instances, memberships, permissionSets, provisioned } from './arns.ts';

/**
 * To know what a person may enter. Of one principal only the management account may ask for all at once (IAM Identity Center API reference,
 * ListAccountAssignmentsForPrincipal); an account to which it was delegated asks by permission set and account.
 */
export const findingAssignments = [
  allow('sso:ListInstances'),
  allow('identitystore:GetUserId', directories),
  allow('sso:ListAccountAssignmentsForPrincipal', instances),
  allow('identitystore:ListGroupMembershipsForMember', memberships),
  allow('sso:ListPermissionSets', instances),
  allow('sso:ListAccountsForProvisionedPermissionSet', permissionSets),
  allow('sso:ListAccountAssignments', provisioned),
];
