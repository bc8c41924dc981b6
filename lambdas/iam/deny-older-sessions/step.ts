import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { RoleSession, sessionRoleArns } from '../role-session/target.ts';

/** Whether our policy against older sessions stands on the role. Its cut-off moves on, so it is no part of the state. */
export const OlderDeny = z.object({ denied: z.enum(['yes', 'no']) });
export type OlderDeny = z.infer<typeof OlderDeny>;

export const denyOlderSessions = defineLever({
  name: 'deny-older-sessions',
  title: 'Deny all existing sessions of the role',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'EVERY existing session of the role is refused, innocent ones too: instances keep theirs for hours, so a whole fleet may stop. New sessions work, the thief’s too if the thief can still assume the role.',
  undo: 'Our policy is removed from the role. Work that failed in the meantime stays failed.',
  settles: 6,
  stands: { held: 'older sessions denied', open: 'older sessions still valid' },
  target: RoleSession,
  beforeState: OlderDeny,
  look: [allow('iam:GetRolePolicy', sessionRoleArns)],
  apply: { permissions: [allow('iam:PutRolePolicy', sessionRoleArns)], within: 60 },
  release: { permissions: [allow('iam:DeleteRolePolicy', sessionRoleArns)], within: 60 },
});
