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
    'The user can no longer log in to the console, whatever becomes of the deny. This is final: the password cannot be brought back, a new one has to be set. Its second factor, keys and rights stay.',
  target: User,
  shown: Shown,
  result: Removal,
  within: 60,
  permissions: [allow('iam:GetLoginProfile', userArns), allow('iam:DeleteLoginProfile', userArns)],
});
