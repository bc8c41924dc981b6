import * as z from 'zod';
import { identitySettles } from '../../../lib/domain/identity.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { User, userArns } from '../user/target.ts';

/** Whether our quarantine policy is attached, and the permissions boundary. Everything else about the user is not ours to judge. */
export const UserDeny = z.object({ attached: z.enum(['yes', 'no']), boundary: z.string().nullable() });
export type UserDeny = z.infer<typeof UserDeny>;

/** Only ever our own policy: whoever holds the role cannot attach another. */
const ours = { ArnLike: { 'iam:PolicyARN': 'arn:*:iam::*:policy/tourniquet-quarantine/*' } };
const asBoundary = { ArnLike: { 'iam:PermissionsBoundary': 'arn:*:iam::*:policy/tourniquet-quarantine/*' } };

/**
 * Denies by a policy, never by the age of a session: a long-term key has no issue time, so such a condition would deny it nothing; and
 * sessions made from the key outlive the key, up to 36 hours (IAM user guide, "Permissions for GetFederationToken").
 */
export const denyUser = defineLever({
  name: 'deny-user',
  title: 'Deny the user everything',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The user, its keys, its console and every session made from them are refused everything. Everything that uses its keys stops working.',
  undo: 'Our policy is detached, or the former boundary restored; everything works again within seconds.',
  settles: identitySettles,
  stands: { held: 'user denied', open: 'user can still act' },
  target: User,
  beforeState: UserDeny,
  look: [allow('iam:GetUser', userArns), allow('iam:ListAttachedUserPolicies', userArns)],
  apply: {
    permissions: [
      allow('iam:AttachUserPolicy', userArns, ours),
      allow('iam:PutUserPermissionsBoundary', userArns, asBoundary),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('iam:DetachUserPolicy', userArns, ours),
      allow('iam:PutUserPermissionsBoundary', userArns),
      allow('iam:DeleteUserPermissionsBoundary', userArns),
    ],
    within: 60,
  },
});
