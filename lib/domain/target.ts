import * as z from 'zod';
import { Person, RoleSession, Root, User } from './identity.ts';
import { type Named, Principal, TargetKind } from './named.ts';
import { Instance, InstanceId, instanceArn, Place } from './resource.ts';

/** A resource of which nothing was read but what the finding says: enough to ask a person about it, and to keep the record. */
export const Thing = Place.extend({
  kind: TargetKind.exclude(['instance']),
  id: z.string().min(1),
  /** The name by which the incident holds it. */
  arn: z.string(),
  principal: Principal.nullable(),
  seenAt: z.iso.datetime(),
  tags: z.record(z.string(), z.string()),
});
export type Thing = z.infer<typeof Thing>;

/** What an incident is about. Each step says which kinds it takes. */
export const Target = z.discriminatedUnion('kind', [Instance, User, RoleSession, Person, Root, Thing]);
export type Target = z.infer<typeof Target>;

export const targetArn = (target: Target): string => (target.kind === 'instance' ? instanceArn(target) : target.arn);

/** ARNs of those whose credentials are in doubt: they may not answer a question about themselves. */
export function suspectsIn(target: Target): string[] {
  if (target.kind === 'instance') return target.role ? [target.role.arn] : [];
  return target.principal ? [target.arn] : [];
}

/** What the steps get to work on where a finding names this first: the holder of a credential rather than the credential. */
export function targetKindOf(first: Named | undefined): Target['kind'] {
  if (!first) return 'account';
  // An id that EC2 never gave names nothing our steps could work on.
  if (first.kind === 'instance') return InstanceId.safeParse(first.id).success ? 'instance' : 'resource';
  const { kind, principal } = first;
  if (principal?.kind === 'iam-user' && principal.name) return 'user';
  if (principal?.kind === 'role-session' && principal.name) return 'role-session';
  if (principal?.kind === 'identity-center' && principal.name && principal.session) return 'person';
  if (principal?.kind === 'root') return 'root';
  // IAM is asked whose it is.
  return kind === 'access-key' && !principal ? 'user' : kind;
}
