import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { clusterArns, Workload } from '../eks-workload/target.ts';

/** Where EKS sends the logs of a control plane (EKS user guide, "Send control plane logs to CloudWatch Logs"). */
export const auditGroup = ({ cluster }: Pick<Workload, 'cluster'>): string => `/aws/eks/${cluster}/cluster`;
const auditGroupArns = (target: Workload): string[] => [arn(target, 'logs', `log-group:${auditGroup(target)}:*`)];

export const WorkloadRecorded = z.object({
  outcome: z.enum(['recorded', 'partly-recorded', 'would-record']),
  evidence: z.array(Custody),
  /** What could not be had, and why: a gap is part of the record. */
  gaps: z.array(z.object({ kind: z.string(), because: z.string() })),
  /** Images by digest, for whoever looks for them elsewhere. */
  images: z.array(z.string()),
  because: z.string().optional(),
});
export type WorkloadRecorded = z.infer<typeof WorkloadRecorded>;

export const recordWorkload = defineStep({
  name: 'record-workload',
  title: 'Record pods, owner, node, events, logs and the audit log',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only; hashed and sealed in the evidence vault. Of the audit log what was done in the namespace, and by its service accounts, from an hour before the first sign. No Secret is read, and no memory or disk is kept.',
  target: Workload,
  result: WorkloadRecorded,
  outcomes: { recorded: 'good', 'partly-recorded': 'attention', 'would-record': 'observed' },
  within: 120,
  hub: ['vault'],
  permissions: [allow('eks:DescribeCluster', clusterArns), allow('logs:FilterLogEvents', auditGroupArns)],
});
