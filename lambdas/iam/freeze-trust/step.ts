import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { RoleSession, sessionRoleArns } from '../role-session/target.ts';

/** Who may assume the role: the document byte for byte, as IAM keeps it, and its SHA-256 for the record. */
export const Trust = z.object({ document: z.string(), sha256: z.string() });
export type Trust = z.infer<typeof Trust>;

export const freezeTrust = defineLever({
  name: 'freeze-trust',
  title: 'Stop anyone from assuming the role',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody can create a new session of the role: pipelines and people who use it stop at their next log-in. Running sessions continue.',
  undo: 'The trust policy is restored byte for byte, unless someone changed it since.',
  stands: { held: 'trust policy frozen', open: 'role can still be assumed' },
  target: RoleSession,
  beforeState: Trust,
  look: [allow('iam:GetRole', sessionRoleArns)],
  apply: { permissions: [allow('iam:UpdateAssumeRolePolicy', sessionRoleArns)], within: 60 },
  release: { permissions: [allow('iam:UpdateAssumeRolePolicy', sessionRoleArns)], within: 60 },
});
