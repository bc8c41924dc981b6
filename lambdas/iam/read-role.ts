import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { orGone, tagsOf } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';

/** A role with its tags and the names of its inline policies, at once; null when it is gone. */
export async function readRole(RoleName: string, session: Session) {
  const iam = session.client(IAMClient);
  const read = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  ]).catch(orGone);
  if (!read) return null;
  const [{ Role: { RoleName: name = '', RoleId: id = '', Arn: own = '', Tags } = {} }, listed] = read;
  // Of a list that goes on nobody knows what is not on it.
  const policies = listed.IsTruncated ? undefined : listed.PolicyNames;
  return { role: { name, id, arn: own, ...(policies && { policies }) }, tags: tagsOf(Tags) };
}
