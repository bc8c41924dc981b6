import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance, instanceArn } from '../instance/target.ts';

export const InstanceRecorded = z.object({
  outcome: z.enum(['recorded', 'partly-recorded', 'would-record']),
  evidence: z.array(Custody),
  /** What could not be had, and why: a gap is part of the record. */
  gaps: z.array(z.object({ kind: z.string(), because: z.string() })),
  because: z.string().optional(),
});
export type InstanceRecorded = z.infer<typeof InstanceRecorded>;

const instance = (target: Instance): string[] => [instanceArn(target)];

export const recordInstance = defineStep({
  name: 'record-instance',
  title: 'Record console, screenshot, user data and description',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect: 'Read only; hashed and sealed in the evidence vault.',
  target: Instance,
  result: InstanceRecorded,
  outcomes: { recorded: 'good', 'partly-recorded': 'attention', 'would-record': 'observed' },
  within: 60,
  hub: ['vault'],
  permissions: [
    allow('ec2:DescribeInstances'),
    allow('ec2:GetConsoleOutput', instance),
    allow('ec2:GetConsoleScreenshot', instance),
    allow('ec2:DescribeInstanceAttribute', instance),
  ],
});
