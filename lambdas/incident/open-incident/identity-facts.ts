import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { RoleSession, User } from '../../../lib/domain/identity.ts';
import type { Target, Thing } from '../../../lib/domain/target.ts';
import type { Session } from '../../runtime/session.ts';
import type { Facts } from './facts.ts';
import { orGone, readRole, tagsOf } from './role.ts';

const gone = (target: Target, what: string): Facts => ({ target, known: 'gone', because: `${what} no longer exists` });

/** A user's fast facts, all at once. A user has two access keys and ten attached policies at most (IAM quotas): one page each. */
export async function readUser(base: User, session: Session): Promise<Facts> {
  const iam = session.client(IAMClient);
  const which = { UserName: base.id };
  const read = await Promise.all([
    iam.send(new GetUserCommand(which)),
    iam.send(new ListAccessKeysCommand(which)),
    iam.send(new ListAttachedUserPoliciesCommand(which)),
  ]).catch(orGone);
  if (!read) return gone(base, `the user ${base.id}`);
  const [{ User: user }, { AccessKeyMetadata = [] }, { AttachedPolicies = [] }] = read;
  const keys = AccessKeyMetadata.map(({ AccessKeyId = '', Status, CreateDate }) => ({
    id: AccessKeyId,
    status: Status === 'Active' ? ('Active' as const) : ('Inactive' as const),
    createdAt: CreateDate?.toISOString() ?? '',
  }));
  const target: User = {
    ...base,
    arn: user?.Arn ?? base.arn,
    tags: tagsOf(user?.Tags),
    keys,
    attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn),
    boundary: user?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  };
  return { target, known: 'read', because: '' };
}

export async function readRoleSession(base: RoleSession, session: Session): Promise<Facts> {
  const RoleName = base.principal?.name ?? '';
  const read = await readRole(RoleName, session);
  if (!read) return gone(base, `the role ${RoleName}`);
  return { target: { ...base, ...read }, known: 'read', because: '' };
}

/** A key that nobody gave a name to, as AWS Health reports it: IAM knows whose it is. */
export async function readOwner(base: Thing, session: Session): Promise<Facts> {
  const asked = session
    .client(IAMClient)
    .send(new GetAccessKeyLastUsedCommand({ AccessKeyId: base.id }))
    .catch(orGone);
  const { UserName } = (await asked) ?? {};
  if (!UserName) return gone(base, `the access key ${base.id}`);
  const { partition, account, region, seenAt, arn } = base;
  const principal = { kind: 'iam-user' as const, name: UserName, id: null, session: null };
  const user = { partition, account, region, seenAt, arn, principal, tags: {}, since: null, key: base.id };
  return readUser({ ...user, kind: 'user', id: UserName, keys: [], attached: [], boundary: null }, session);
}
