import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { arn, type Place } from '../../../lib/domain/resource.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { RoleSession } from '../role-session/target.ts';
import { User } from '../user/target.ts';

/** Kinds of credentials that work until somebody takes them away. */
export const Kind = z.enum(['access-key', 'login-profile', 'service-credential', 'ssh-key', 'certificate']);
export type Kind = z.infer<typeof Kind>;

/** Of the list of changes that people were shown, what this needs: everything made, and from when on was read. */
export const Shown = z.object({
  since: z.string(),
  made: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      of: z.string().nullable(),
      account: z.string().nullable(),
      at: z.string(),
    }),
  ),
});
export type Shown = z.infer<typeof Shown>;

/** A record of CloudTrail gives a user's name and not its path; a name is unique in its account (IAM user guide, "IAM identifiers"). */
const ownerArns = (owner: Place & { readonly id: string }): string[] => [
  arn(owner, 'iam', `user/${owner.id}`),
  arn(owner, 'iam', `user/*/${owner.id}`),
];

const actions = [
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'iam:GetLoginProfile',
  'iam:DeleteLoginProfile',
  'iam:ListServiceSpecificCredentials',
  'iam:DeleteServiceSpecificCredential',
  'iam:ListSSHPublicKeys',
  'iam:DeleteSSHPublicKey',
  'iam:ListSigningCertificates',
  'iam:DeleteSigningCertificate',
];

/** Each owner gets a session narrowed to that one user. */
export const removeCreatedCredentials = defineEradication({
  name: 'remove-created-credentials',
  title: 'Delete the credentials it created',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'Deletes exactly the access keys, console passwords, service-specific credentials, SSH keys and certificates listed below, whichever user of this account they belong to. This is final: none of them comes back, and everything that uses one stops working. The credential of the finding stays as evidence; users, roles and functions that it made stay for people.',
  hub: ['read-settings'],
  target: z.discriminatedUnion('kind', [User, RoleSession]),
  shown: Shown,
  result: Removal,
  // Owners come one after another, so that IAM does not throttle: about a second for each, and a hundred are listed at most.
  within: 240,
  permissions: actions.map((action) => allow(action, ownerArns)),
});
