import { allow } from '../../lib/domain/permission.ts';
import type { Instance } from '../../lib/domain/resource.ts';
import { defineEdge } from '../../lib/domain/step.ts';

export const openIncident = defineEdge({
  name: 'open-incident',
  title: 'Open incident',
  within: 30,
  hub: ['vault'],
  permissions: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeNetworkInterfaces'),
    allow('ec2:DescribeSecurityGroups'),
    allow('autoscaling:DescribeAutoScalingInstances'),
    allow('iam:GetInstanceProfile', (target: Instance) => (target.profile ? [target.profile.arn] : [])),
  ],
});
