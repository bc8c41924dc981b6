import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Root } from '../root/target.ts';

/** AWS's own policy for looking at what a root user holds (IAM user guide, "Perform a privileged task on a member account"). */
export const auditTask = (partition: string): string =>
  `arn:${partition}:iam::aws:policy/root-task/IAMAuditRootUserCredentials`;

/** What the root user of a member account holds. Facts are sentences for the question, the weightiest first. */
export const RootAudit = z.object({
  outcome: z.literal('audited'),
  removable: Removable,
  keys: z.array(z.string()),
  certificates: z.array(z.string()),
  /** When the console password was made (ISO 8601, UTC); null where there is none. */
  password: z.string().nullable(),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type RootAudit = z.infer<typeof RootAudit>;

export const auditRootCredentials = defineStep({
  name: 'audit-root-credentials',
  title: 'List the credentials of the root user',
  phase: 'observe',
  csf: 'RS.AN-03',
  effect: 'Read only: its access keys with their last use, its password, second factors and certificates.',
  in: 'organization',
  hub: ['read-settings'],
  target: Root,
  result: RootAudit,
  outcomes: { audited: 'good' },
  within: 30,
  permissions: [
    allow('sts:AssumeRoot', (target: Root) => [arn(target, 'iam', 'root')], {
      ArnLike: { 'sts:TaskPolicyArn': auditTask('*') },
    }),
  ],
});
