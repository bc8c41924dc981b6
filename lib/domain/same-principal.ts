/** Whom an ARN of IAM or STS names: findings leave paths out, and a session stands for its role. */
interface Whom {
  readonly account: string;
  readonly kind: 'user' | 'role' | 'root' | 'federated-user';
  readonly name: string;
  /** Null where it names the role, and so all of its sessions. */
  readonly session: string | null;
}

function whomOf(arn: string): Whom | null {
  const [, , service, , account = '', path = ''] = arn.split(':');
  const [kind, ...rest] = path.split('/');
  const name = rest.at(-1) ?? '';
  if (service === 'iam' && kind === 'root') return { account, kind, name: '', session: null };
  if (service === 'iam' && (kind === 'user' || kind === 'role')) return { account, kind, name, session: null };
  if (service !== 'sts') return null;
  if (kind === 'federated-user') return { account, kind, name, session: null };
  const [role = '', ...session] = rest;
  return kind === 'assumed-role' ? { account, kind: 'role', name: role, session: session.join('/') || null } : null;
}

const isOfIdentityCenter = ({ kind, name }: Whom): boolean => kind === 'role' && name.startsWith('AWSReservedSSO_');

/** IAM Identity Center names the session after the person, in every account and permission set (its user guide, "Permission sets"). */
const personIn = (whom: Whom): string | null => (isOfIdentityCenter(whom) ? whom.session : null);

/** The person of IAM Identity Center whom an ARN names; null for every other, who choose their session's name. */
export function personOfArn(arn: string): string | null {
  const whom = whomOf(arn);
  return whom && personIn(whom);
}

/** Whether an ARN is of a permission set's role, which several people may have. */
export function isPermissionSetRole(arn: string): boolean {
  const whom = whomOf(arn);
  return whom !== null && isOfIdentityCenter(whom);
}

/** IAM Identity Center does not tell names apart by case. */
export const sameLogin = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * Whether two ARNs may name the same user, role or person: by account, kind and name, whatever the path; two sessions of one role by their names; a
 * person of Identity Center by the name they log in with, wherever they work. IAM does not tell names apart by case.
 */
export function samePrincipal(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [whomOf(one), whomOf(other)];
  if (!a || !b) return false;
  const [first, second] = [personIn(a), personIn(b)];
  if (first && second) return sameLogin(first, second);
  if (a.account !== b.account || a.kind !== b.kind || a.name.toLowerCase() !== b.name.toLowerCase()) return false;
  return a.session === null || b.session === null || a.session === b.session;
}
