import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { User, userArns } from '../user/target.ts';

/** Whether a user has a console password. `createdAt` (ISO 8601, UTC) is null where there is none, or it could not be read. */
export const LoginProfileSeen = z.object({
  outcome: z.literal('read'),
  removable: Removable,
  createdAt: z.string().nullable(),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type LoginProfileSeen = z.infer<typeof LoginProfileSeen>;

export const readLoginProfile = defineStep({
  name: 'read-login-profile',
  title: 'Check whether the user has a console password',
  phase: 'observe',
  csf: 'RS.AN-03',
  effect: 'Read only: whether there is a console password, since when, and when it was used last.',
  target: User,
  result: LoginProfileSeen,
  outcomes: { read: 'good' },
  within: 30,
  permissions: [allow('iam:GetLoginProfile', userArns), allow('iam:GetUser', userArns)],
});
