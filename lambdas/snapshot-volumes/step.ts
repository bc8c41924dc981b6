import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { Instance, instanceArn, volumeArns } from '../../lib/domain/resource.ts';
import { defineStep } from '../../lib/domain/step.ts';

export const SnapshotsTaken = z.object({
  outcome: z.enum(['taken', 'would-take', 'not-applicable']),
  snapshots: z.array(z.object({ id: z.string(), volume: z.string(), lockedUntil: z.iso.datetime().nullable() })),
  because: z.string().optional(),
});

export const snapshotVolumes = defineStep({
  name: 'snapshot-volumes',
  title: 'Take snapshots of all volumes',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect: 'Crash-consistent copies of every attached volume, of one moment; the instance does not notice.',
  target: Instance,
  result: SnapshotsTaken,
  within: 120,
  permissions: [
    allow('ec2:CreateSnapshots', (target: Instance) => [
      instanceArn(target),
      ...volumeArns(target),
      `arn:${target.partition}:ec2:${target.region}::snapshot/*`,
    ]),
    allow('ec2:CreateTags', (target: Instance) => [`arn:${target.partition}:ec2:${target.region}::snapshot/*`], {
      StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' },
    }),
    allow('ec2:LockSnapshot', (target: Instance) => [`arn:${target.partition}:ec2:${target.region}::snapshot/*`]),
    allow('ec2:DescribeSnapshots'),
  ],
});
