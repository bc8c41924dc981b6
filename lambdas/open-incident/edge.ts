import { allow } from '../../lib/domain/permission.ts';
import { every, type Instance } from '../../lib/domain/resource.ts';
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
    // Any profile: the finding names the one of its time, and the instance may wear another by now.
    allow('iam:GetInstanceProfile', (target: Instance) => every(target, 'iam', 'instance-profile')),
  ],
});
