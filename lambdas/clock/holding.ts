import { allow, type Permission } from '../../lib/domain/permission.ts';
import type { Place } from '../../lib/domain/resource.ts';

const snapshots = ({ partition, region }: Place): string[] => [`arn:${partition}:ec2:${region}::snapshot/*`];

/** What it takes to hold our own copies in a member account longer: ARNs of snapshots in the target's Region, which name no account. */
export const holdingLonger: readonly Permission<Place>[] = [
  allow('ec2:DescribeLockedSnapshots'),
  allow('ec2:LockSnapshot', snapshots),
];
