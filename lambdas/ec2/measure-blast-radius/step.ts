import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { BlastRadius } from '../blast-radius.ts';
import { Instance, roleArns } from '../instance/target.ts';

/** With what would go if it were terminated. */
export const InstanceMeasured = BlastRadius.extend({
  removable: Removable,
  /** Ids of the volumes that are attached. */
  volumes: z.array(z.string()),
  /** What goes and what stays, for the question about that. */
  lines: z.array(z.string()),
});

export const measureBlastRadius = defineStep({
  name: 'measure-blast-radius',
  title: 'Measure the blast radius',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: who else uses the role, the group and the load balancers, which open connections outlast a quarantine, and what is kept of its volumes.',
  target: Instance,
  result: InstanceMeasured,
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
    allow('ec2:DescribeSnapshots'),
  ],
});
