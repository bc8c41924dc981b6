import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { User, userArns } from '../user/target.ts';

/** The password that people were shown, by the moment it was made: null where they were shown none. */
export const Shown = z.object({ createdAt: z.string().nullable() });
export type Shown = z.infer<typeof Shown>;

export const deleteLoginProfile = defineEradication({
  name: 'delete-login-profile',
  title: "Delete the user's console password",
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'The user can no longer log in to the console, even after the deny is released. This is final: the password cannot be restored, a new one has to be set. Second factor, keys and permissions stay.',
  target: User,
  shown: Shown,
  result: Removal,
  within: 60,
  permissions: [allow('iam:GetLoginProfile', userArns), allow('iam:DeleteLoginProfile', userArns)],
});
