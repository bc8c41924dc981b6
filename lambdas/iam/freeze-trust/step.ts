import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { RoleSession, sessionRoleArns } from '../role-session/target.ts';

/** Who may assume the role: the document byte for byte, as IAM keeps it, and its SHA-256 for the record. */
export const Trust = z.object({ document: z.string(), sha256: z.string() });
export type Trust = z.infer<typeof Trust>;

export const freezeTrust = defineLever({
  name: 'freeze-trust',
  title: 'Let nobody assume the role any more',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'No new session of the role can be made, by anybody: pipelines and people who use it stop at their next log-in. Running sessions go on.',
  undo: 'The trust policy is put back byte for byte, unless somebody has changed it meanwhile.',
  target: RoleSession,
  beforeState: Trust,
  look: [allow('iam:GetRole', sessionRoleArns)],
  apply: { permissions: [allow('iam:UpdateAssumeRolePolicy', sessionRoleArns)], within: 60 },
  release: { permissions: [allow('iam:UpdateAssumeRolePolicy', sessionRoleArns)], within: 60 },
});
