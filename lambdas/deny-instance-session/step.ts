import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { Instance, roleArns } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** Whether a statement for this instance stands in our inline policy on the role. Other statements are not ours to judge. */
export const SessionDeny = z.object({ denied: z.enum(['yes', 'no']) });
export type SessionDeny = z.infer<typeof SessionDeny>;

/** A statement of any kind: whatever others have put into our policy is kept as it is. */
export const DenyStatement = z.looseObject({ Sid: z.string().optional() });
export type DenyStatement = z.infer<typeof DenyStatement>;

/** IAM takes a single statement without its list, too (IAM policy grammar). */
export const DenyPolicy = z.looseObject({
  Statement: z.union([z.array(DenyStatement), DenyStatement.transform((one) => [one])]),
});
export type DenyPolicy = z.infer<typeof DenyPolicy>;

export const denyInstanceSession = defineLever({
  name: 'deny-instance-session',
  title: "Deny the instance's role session",
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Credentials of this one instance, stolen copies included, are refused everywhere; other instances with the role go on.',
  undo: 'Our statement is taken out of the role; the session works again within seconds.',
  target: Instance,
  beforeState: SessionDeny,
  look: [allow('iam:GetRolePolicy', roleArns)],
  apply: { permissions: [allow('iam:PutRolePolicy', roleArns)], within: 60 },
  release: { permissions: [allow('iam:PutRolePolicy', roleArns), allow('iam:DeleteRolePolicy', roleArns)], within: 60 },
});
