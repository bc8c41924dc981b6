import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { Instance, roleArns } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** Whether our inline policy for this instance stands on the role. Everything else on the role is not ours to judge. */
export const SessionDeny = z.object({ denied: z.enum(['yes', 'no']) });
export type SessionDeny = z.infer<typeof SessionDeny>;

export const denyInstanceSession = defineLever({
  name: 'deny-instance-session',
  title: "Deny the instance's role session",
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Credentials of this one instance, stolen copies included, are refused everywhere; other instances with the role go on.',
  undo: 'Our policy is taken off the role; the session works again within seconds.',
  target: Instance,
  beforeState: SessionDeny,
  look: [allow('iam:GetRolePolicy', roleArns)],
  apply: { permissions: [allow('iam:PutRolePolicy', roleArns)], within: 60 },
  release: { permissions: [allow('iam:DeleteRolePolicy', roleArns)], within: 60 },
});
