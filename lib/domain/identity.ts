import * as z from 'zod';
import { Principal } from './named.ts';
import { arn, Place, Role } from './resource.ts';

export const KeyStatus = z.enum(['Active', 'Inactive']);
export type KeyStatus = z.infer<typeof KeyStatus>;

/** A long-term access key, as IAM lists it. */
export const AccessKey = z.object({ id: z.string(), status: KeyStatus, createdAt: z.string() });
export type AccessKey = z.infer<typeof AccessKey>;

const identity = Place.extend({
  id: z.string().min(1),
  /** By IAM, so with its path; by the finding where IAM could not be asked. */
  arn: z.string(),
  principal: Principal.nullable(),
  /** When these facts were read (ISO 8601, UTC). Facts older than a minute are read again. */
  seenAt: z.iso.datetime(),
  tags: z.record(z.string(), z.string()),
  /** When the finding says it began; what the identity made since is suspect. Null where it does not say. */
  since: z.string().nullable(),
  /** The access key of the finding. */
  key: z.string().nullable(),
});

/** An IAM user with the fast facts its levers need. `id` is the user's name. */
export const User = identity.extend({
  kind: z.literal('user'),
  keys: z.array(AccessKey),
  /** ARNs of the managed policies attached to it. */
  attached: z.array(z.string()),
  boundary: z.string().nullable(),
});
export type User = z.infer<typeof User>;

/** A session of an IAM role. `id` is `role/session`. */
export const RoleSession = identity.extend({
  kind: z.literal('role-session'),
  role: Role.nullable(),
  session: z.string().nullable(),
});
export type RoleSession = z.infer<typeof RoleSession>;

/** The root user of an account. `id` is the account's; of what it holds nothing is read beforehand. */
export const Root = identity.extend({ kind: z.literal('root') });
export type Root = z.infer<typeof Root>;

/** Somebody of IAM Identity Center at work in an account. `id` is the name they log in with. */
export const Person = identity.extend({
  kind: z.literal('person'),
  /** The role that their permission set has in the account: `AWSReservedSSO_<permission set>_<16 hexadecimal digits>`. */
  roleName: z.string(),
});
export type Person = z.infer<typeof Person>;

export const userArns = ({ arn: own }: User): string[] => [own];
export const sessionRoleArns = ({ role }: RoleSession): string[] => (role ? [role.arn] : []);

/** Path of the managed policy that every account holds ready: denies everything to whom it is attached. */
export const quarantinePath = '/tourniquet-quarantine/';

/** Any managed policy of ours in the target's account: for the condition under which one may be attached. */
export const quarantinePolicies = (place: Place): string => arn(place, 'iam', `policy${quarantinePath}*`);

/** The one of this deployment. */
export const quarantinePolicy = (place: Place, name: string): string =>
  arn(place, 'iam', `policy${quarantinePath}${name}-deny-all`);

/**
 * The keys to switch off: the one the finding names, and those made since it began, which the thief may have made; all of them where the
 * finding names none, for then nobody knows which one it was.
 */
export function suspectKeys({ keys, key, since }: Pick<User, 'keys' | 'key' | 'since'>): string[] {
  if (!key || !keys.some(({ id }) => id === key)) return keys.map(({ id }) => id);
  // IAM gives whole seconds, a finding may give milliseconds: a key of the same second counts.
  const second = (at: string): number => Math.floor(Date.parse(at) / 1000);
  const made = (createdAt: string): boolean => since !== null && second(createdAt) >= second(since);
  return keys.filter(({ id, createdAt }) => id === key || made(createdAt)).map(({ id }) => id);
}

/** Only the service it is linked to may change such a role (IAM user guide, "Service-linked roles"). */
export const isServiceLinked = (roleArn: string): boolean =>
  roleArn.includes(':role/aws-service-role/') || /\/AWSServiceRoleFor[^/]*$/.test(roleArn);

/** Only IAM Identity Center may change its own roles (IAM Identity Center guide, "Service-linked roles"). */
export const isIdentityCenters = (roleName: string): boolean => roleName.startsWith('AWSReservedSSO_');
