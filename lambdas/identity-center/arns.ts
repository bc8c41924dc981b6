import type { Place } from '../../lib/domain/resource.ts';
import type { Person } from './person/target.ts';

/**
 * What IAM Identity Center may be asked about. A step knows the person, and neither the instance nor its permission sets before it has
 * looked, so its rights name the kinds (Service Authorization Reference, "IAM Identity Center" and "Identity Store").
 */
export const instances = ({ partition }: Place): string[] => [`arn:${partition}:sso:::instance/*`];
export const permissionSets = (place: Place): string[] => [
  ...instances(place),
  `arn:${place.partition}:sso:::permissionSet/*`,
];
export const provisioned = (place: Place): string[] => [
  ...permissionSets(place),
  `arn:${place.partition}:sso:::account/*`,
];
export const directories = ({ partition }: Place): string[] => [
  `arn:${partition}:identitystore::*:identitystore/*`,
  `arn:${partition}:identitystore:::user/*`,
];

export const memberships = (place: Place): string[] => [
  ...directories(place),
  `arn:${place.partition}:identitystore:::membership/*`,
];

/** The roles that permission sets have in an account. */
export const ownRoles = ({ partition }: Place): string[] => [
  `arn:${partition}:iam::*:role/aws-reserved/sso.amazonaws.com/*`,
];
export const ownProvider = ({ partition }: Place): string[] => [
  `arn:${partition}:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE`,
];

/** Whether the person of a finding is at work with the permission set of this name: its role's name holds it. */
export const isAtWorkWith = ({ roleName }: Pick<Person, 'roleName'>, permissionSet: string): boolean =>
  roleName.replace(/_[0-9a-f]{16}$/, '') === `AWSReservedSSO_${permissionSet}`;

/** `arn:aws:sso:::permissionSet/ssoins-1/ps-2` → `ps-2`: what the console shows beside the name. */
export const shortName = (permissionSet: string): string => permissionSet.split('/').at(-1) ?? permissionSet;
