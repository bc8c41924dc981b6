import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { BlastRadius } from '../blast-radius.ts';
import { Instance, roleArns } from '../instance/target.ts';

export const measureBlastRadius = defineStep({
  name: 'measure-blast-radius',
  title: 'Measure the blast radius',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: who else uses the role, the group and the load balancers, and which open connections outlast a quarantine.',
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
    allow('ec2:DescribeNetworkInterfaces'),
    allow('ec2:DescribeRouteTables'),
  ],
});
