import { isPlaceholder, type Named, named, type Principal, type PrincipalKind } from '../named.ts';

/** What a finding says of a credential's holder, in GuardDuty's words; Security Hub passes the same words on under other keys. */
export interface Holding {
  readonly userType?: string | null | undefined;
  readonly userName?: string | null | undefined;
  readonly principalId?: string | null | undefined;
}

/** Text that says something. Publishers of findings black names out with asterisks, whole or in part: then nobody knows the name. */
export const unmasked = (value: string | null | undefined): string | null =>
  value && !isPlaceholder(value) && !value.includes('**') ? value.trim() : null;

const kinds = new Map<string, PrincipalKind>([
  ['root', 'root'],
  ['iamuser', 'iam-user'],
  ['assumedrole', 'role-session'],
  ['role', 'role-session'],
  ['federateduser', 'federated-user'],
  ['identitycenteruser', 'identity-center'],
  ['awsservice', 'service'],
  ['awsaccount', 'account'],
]);

/** Unique ids say what they identify (IAM user guide, "IAM identifiers", unique ID prefixes). */
const kindOfId = (id: string | null): PrincipalKind => {
  if (id?.startsWith('AIDA')) return 'iam-user';
  return id?.startsWith('AROA') ? 'role-session' : 'unknown';
};

/** The kind as the type says; where the finding gives no type, as the unique id does. */
function kindFrom(userType: string | null, id: string | null, name: string | null): PrincipalKind {
  const kind = userType ? (kinds.get(userType.toLowerCase()) ?? 'unknown') : kindOfId(id);
  // IAM Identity Center makes a role AWSReservedSSO_<permission set>_<suffix> for each permission set (its user guide, "Permission sets").
  return kind === 'role-session' && name?.startsWith('AWSReservedSSO_') ? 'identity-center' : kind;
}

/** The holder of a credential. A role's principal id is `AROA…:session`, a federated user's `account:name`. */
export function principalFrom({ userType, userName, principalId }: Holding): Principal {
  const whole = unmasked(principalId);
  const colon = whole?.indexOf(':') ?? -1;
  const id = unmasked(colon < 0 ? whole : whole?.slice(0, colon));
  const session = colon < 0 ? null : unmasked(whole?.slice(colon + 1));
  const name = unmasked(userName);
  const kind = kindFrom(unmasked(userType), id, name);
  return { kind, name: name ?? (kind === 'federated-user' ? session : null), id, session };
}

/**
 * The credential as a resource. A finding without the key's id names the principal; one that names neither names nothing. The name of a
 * session is chosen by whoever assumes the role: an instance of that name is none of its resources.
 */
export function credentialTargets(
  accessKeyId: string | null | undefined,
  principal: Principal,
  where: Pick<Named, 'account' | 'region'>,
): Named[] {
  const key = unmasked(accessKeyId);
  const holder = principal.name ?? principal.id ?? (principal.kind === 'root' ? 'root' : null);
  if (key) return [named('access-key', key, where, { principal })];
  return holder ? [named('principal', holder, where, { principal })] : [];
}
