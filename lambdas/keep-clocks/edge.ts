import { allow } from '../../lib/domain/permission.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { defineEdge } from '../../lib/domain/step.ts';

const snapshots = ({ partition, region }: Place): string[] => [`arn:${partition}:ec2:${region}::snapshot/*`];

/** An entrance of its own beside the decisions, so that whoever approves needs neither the vault nor a member account. */
export const keepClocks = defineEdge({
  name: 'keep-clocks',
  title: 'Record a fact, a field of the report, a filing or a withdrawal',
  // What API Gateway waits for an answer: 30 s (quotas of HTTP APIs).
  within: 29,
  hub: ['read-incident', 'schedule', 'extend-locks'],
  // Of our own copies in the member account, and only ever to hold them longer.
  permissions: [allow('ec2:DescribeLockedSnapshots'), allow('ec2:LockSnapshot', snapshots)],
});
