import * as z from 'zod';
import type { Named } from '../named.ts';
import { credentialTargets, type Holding, principalFrom } from './principal.ts';
import { accountOf, accountText, arnParts, part, text } from './value.ts';

/** Who made a call, as CloudTrail writes it (its user guide, "CloudTrail userIdentity element"); Macie's blocks are made of the same fields. */
export const CloudIdentity = z.object({
  type: text,
  principalId: text,
  arn: text,
  accountId: accountText,
  accessKeyId: text,
  userName: text,
  invokedBy: text,
  sessionContext: part(z.object({ sessionIssuer: part(z.object({ userName: text })) })),
  onBehalfOf: part(z.object({ userId: text })),
});
export type CloudIdentity = z.infer<typeof CloudIdentity>;

/** Console sign-ins with a mistyped user: the text may be a password, so CloudTrail does not write it down. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** The name in `assumed-role/NAME/session`, `federated-user/NAME`, `role/path/NAME` or `user/path/NAME`. */
function nameIn(arn: string | null): string | null {
  const [kind, ...path] = arnParts(arn)?.resource.split('/') ?? [];
  return (kind === 'assumed-role' ? path[0] : path.at(-1)) ?? null;
}

/** Each type keeps the name elsewhere. The issuer of a federated user's session is whoever asked for it, so it names roles only. */
function holding(who: CloudIdentity): Holding {
  const { type: userType, principalId, arn, accountId, userName, invokedBy } = who;
  const role = who.sessionContext?.sessionIssuer?.userName ?? nameIn(arn);
  if (userType === 'AssumedRole' || userType === 'Role') return { userType, userName: role, principalId };
  if (userType === 'FederatedUser') return { userType, userName: nameIn(arn), principalId };
  // The user name of the root user is the account's alias.
  if (userType === 'Root') return { userType, userName: null, principalId };
  if (userType === 'IdentityCenterUser')
    return { userType, userName, principalId: who.onBehalfOf?.userId ?? principalId };
  // What a service does by itself (rotating a key) has no type, only the service.
  if (userType === 'AWSService' || (!userType && invokedBy))
    return { userType: 'AWSService', userName: invokedBy, principalId };
  if (userType === 'AWSAccount') return { userType, userName: accountId, principalId };
  return { userType, userName: userName === hidden ? null : (userName ?? nameIn(arn)), principalId };
}

/** The credential a call was made with. It is at home in the caller's account, which may be another than the one the call went to. */
export function credentialOf(who: CloudIdentity, where: Pick<Named, 'account' | 'region'>): Named[] {
  const account = accountOf(arnParts(who.arn)?.account) ?? accountOf(who.accountId) ?? where.account;
  return credentialTargets(who.accessKeyId, principalFrom(holding(who)), { ...where, account });
}
