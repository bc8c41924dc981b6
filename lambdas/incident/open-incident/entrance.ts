import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineEntrance } from '../../../lib/domain/step.ts';

export const openIncident = defineEntrance({
  name: 'open-incident',
  title: 'Open incident',
  within: 30,
  hub: ['vault'],
  permissions: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeNetworkInterfaces'),
    allow('ec2:DescribeSecurityGroups'),
    // Any profile: the finding names the one of its time, and the instance may wear another by now.
    allow('iam:GetInstanceProfile', (target) => every(target, 'iam', 'instance-profile')),
    // Any user and any role: findings leave their paths out.
    allow('iam:GetAccessKeyLastUsed', (target) => every(target, 'iam', 'user')),
    allow('iam:GetUser', (target) => every(target, 'iam', 'user')),
    allow('iam:ListAccessKeys', (target) => every(target, 'iam', 'user')),
    allow('iam:ListAttachedUserPolicies', (target) => every(target, 'iam', 'user')),
    allow('iam:GetRole', (target) => every(target, 'iam', 'role')),
    allow('iam:ListRolePolicies', (target) => every(target, 'iam', 'role')),
  ],
});
