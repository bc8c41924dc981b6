import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { KeyStatus, User, userArns } from '../user/target.ts';

/** The status of each of the user's keys, by its id. One that was inactive stays so when we let go. */
export const KeyStatuses = z.object({ keys: z.record(z.string(), KeyStatus) });
export type KeyStatuses = z.infer<typeof KeyStatuses>;

export const deactivateAccessKeys = defineLever({
  name: 'deactivate-access-keys',
  title: 'Set the access keys inactive',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The key of the finding, and every key created since the first sign, is refused; if the finding names no key, all keys of the user are. Sessions made from them continue: the deny on the user stops those.',
  undo: 'Each key gets its former status back; one that was inactive stays inactive.',
  settles: 6,
  stands: { held: 'access keys inactive', open: 'access keys still active' },
  target: User,
  beforeState: KeyStatuses,
  look: [allow('iam:ListAccessKeys', userArns)],
  apply: { permissions: [allow('iam:UpdateAccessKey', userArns)], within: 60 },
  release: { permissions: [allow('iam:UpdateAccessKey', userArns)], within: 60 },
});
