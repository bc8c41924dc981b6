import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { Root } from '../root/target.ts';

/** AWS's own policy for taking a root user's credentials away (IAM user guide, "Perform a privileged task on a member account"). */
export const deleteTask = (partition: string): string =>
  `arn:${partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials`;

/** What of the audit that people were shown goes: the keys and certificates by id, the password by the moment it was made. */
export const Shown = z.object({
  keys: z.array(z.string()),
  certificates: z.array(z.string()),
  password: z.string().nullable(),
});
export type Shown = z.infer<typeof Shown>;

export const deleteRootCredentials = defineEradication({
  name: 'delete-root-credentials',
  title: "Delete the root user's keys and password",
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'Deletes the access keys, certificates and the console password of the root user that are listed below. This is final: a new password can only be set through its mailbox, once the organisation allows it. Second factors stay.',
  in: 'organization',
  target: Root,
  shown: Shown,
  result: Removal,
  within: 60,
  permissions: [
    allow('sts:AssumeRoot', (target: Root) => [arn(target, 'iam', 'root')], {
      ArnLike: { 'sts:TaskPolicyArn': deleteTask('*') },
    }),
  ],
});
