import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { instances, ownProvider, ownRoles, permissionSets, provisioned } from '../arns.ts';
import { Person } from '../person/target.ts';
import { findingAssignments } from '../rights.ts';

/**
 * The inline policy of each permission set of the person, by its ARN, as it stands but for what other incidents deny other people; empty
 * where there is none. `userId` is null where the directory knows no such person.
 */
export const PersonDeny = z.object({ userId: z.string().nullable(), sets: z.record(z.string(), z.string()) });
export type PersonDeny = z.infer<typeof PersonDeny>;

/**
 * In the management account IAM Identity Center writes its roles with the rights of whoever calls it, elsewhere with its own (IAM Identity
 * Center user guide, "Identity-based policy examples", example 2). Nobody can use these rights on such a role directly.
 */
const inManagementAccount = [
  'GetRole',
  'ListAttachedRolePolicies',
  'ListRolePolicies',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'UpdateRole',
  'UpdateRoleDescription',
].map((action) => allow(`iam:${action}`, ownRoles));

const readingBack = [allow('sso:DescribePermissionSet', permissionSets)];

const putting = [
  allow('sso:PutInlinePolicyToPermissionSet', permissionSets),
  allow('sso:ProvisionPermissionSet', provisioned),
  allow('sso:DescribePermissionSetProvisioningStatus', instances),
  ...inManagementAccount,
  allow('iam:GetSAMLProvider', ownProvider),
];

export const denyIdentityCenterUser = defineLever({
  name: 'deny-identity-center-user',
  title: 'Deny the person everything, in every account',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Everything the person does through IAM Identity Center is refused, in every account and in open sessions too. Other people with the same permission sets are not affected.',
  undo: 'The permission sets get their former policies back, in every account. Release this last, after the owner of the identity provider has confirmed.',
  // AWS gives no figure for how long a new policy of a role takes to hold everywhere; "a few minutes" at worst (IAM user guide).
  settles: 15,
  in: 'organization',
  stands: { held: 'person denied', open: 'person can still act' },
  target: Person,
  beforeState: PersonDeny,
  look: [...findingAssignments, allow('sso:GetInlinePolicyForPermissionSet', permissionSets)],
  // Confirming reads back too.
  apply: { permissions: [...putting, ...readingBack], within: 60 },
  verify: readingBack,
  release: {
    permissions: [...putting, allow('sso:DeleteInlinePolicyFromPermissionSet', permissionSets)],
    within: 60,
  },
});
