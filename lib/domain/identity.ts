import * as z from 'zod';
import { type Named, Principal, resourceOf } from './named.ts';
import { arn, type Place } from './resource.ts';
import { AnyTarget, type FirstSight } from './target.ts';

/** What is known of everybody who holds a credential. */
export const Identity = AnyTarget.extend({
  /** By IAM, so with its path; by the finding where IAM could not be asked. */
  arn: z.string(),
  principal: Principal.nullable(),
  /** When the finding says it began; what the identity made since is suspect. Null where it does not say. */
  since: z.string().nullable(),
  /** The access key of the finding. */
  key: z.string().nullable(),
});
type Identity = Omit<z.infer<typeof Identity>, 'kind' | 'id'>;

/** The holder of a credential as far as a finding tells: levers work on the holder of a key rather than on the key. */
export const holderIn = (named: Named, { place, now, since }: FirstSight): Identity => ({
  ...place,
  arn: resourceOf(named, place.partition),
  principal: named.principal,
  seenAt: now,
  tags: {},
  since,
  key: named.kind === 'access-key' ? named.id : null,
});

/** Anybody in a whole account. */
export const anybody = (place: Place, path: string): Identity & { readonly id: '*' } => ({
  ...place,
  id: '*',
  arn: arn(place, 'iam', path),
  principal: null,
  seenAt: '',
  tags: {},
  since: null,
  key: '*',
});

/** Whoever is in doubt may not answer for itself; nobody is where the finding names no holder. */
export const itself = ({ principal, arn: own }: Pick<Identity, 'principal' | 'arn'>): string[] =>
  principal ? [own] : [];

/** Path of the managed policy that every account holds ready: denies everything to whom it is attached. */
export const quarantinePath = '/tourniquet-quarantine/';

/** Path of the managed policies with rights of our own roles: not that of what we attach to others. */
export const rightsPath = '/tourniquet-rights/';

/** Seconds that are waited until a change in IAM is taken to hold everywhere; `doctor --canary` measures it. */
export const identitySettles = 6;

/** Any managed policy of ours in the target's account: for the condition under which one may be attached. */
export const quarantinePolicies = (place: Place): string => arn(place, 'iam', `policy${quarantinePath}*`);

/** The one of this deployment. */
export const quarantinePolicy = (place: Place, name: string): string =>
  arn(place, 'iam', `policy${quarantinePath}${name}-deny-all`);

/** Only the service it is linked to may change such a role (IAM user guide, "Service-linked roles"). */
export const isServiceLinked = (roleArn: string): boolean =>
  roleArn.includes(':role/aws-service-role/') || /\/AWSServiceRoleFor[^/]*$/.test(roleArn);

/** Only IAM Identity Center may change its own roles (IAM Identity Center guide, "Service-linked roles"). */
export const isIdentityCenters = (roleName: string): boolean => roleName.startsWith('AWSReservedSSO_');
