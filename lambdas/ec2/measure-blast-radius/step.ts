import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance, roleArns } from '../instance/target.ts';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const BlastRadius = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});

export const measureBlastRadius = defineStep({
  name: 'measure-blast-radius',
  title: 'Measure the blast radius',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: who else uses the role, the group and the load balancers.',
  target: Instance,
  result: BlastRadius,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('iam:ListInstanceProfilesForRole', roleArns),
    allow('ec2:DescribeInstances'),
    allow('autoscaling:DescribeAutoScalingGroups'),
    allow('elasticloadbalancing:DescribeTargetGroups'),
    allow('elasticloadbalancing:DescribeTargetHealth'),
  ],
});
