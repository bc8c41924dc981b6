import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { EcsTask, hostArns } from '../../ecs/ecs-task/target.ts';
import { nodeArns, Workload } from '../../eks/eks-workload/target.ts';
import { Instance, instanceArn, volumeArns } from '../instance/target.ts';

/** Whose volumes: an instance's own, or those of the instances that a task or pods run on. */
export const OnDisk = z.discriminatedUnion('kind', [Instance, EcsTask, Workload]);
export type OnDisk = z.infer<typeof OnDisk>;

export const SnapshotsTaken = z.object({
  /** `partly-taken`: EC2 could not make at least one of them. `taken-not-locked`: the copies exist, but at least one could still be deleted. */
  outcome: z.enum(['taken', 'partly-taken', 'taken-not-locked', 'would-take', 'not-applicable']),
  snapshots: z.array(z.object({ id: z.string(), volume: z.string(), lockedUntil: z.iso.datetime().nullable() })),
  evidence: z.array(Custody),
  /** What could not be made or locked, and why. */
  failed: z.array(z.object({ what: z.string(), error: z.string() })),
  because: z.string().optional(),
});
export type SnapshotsTaken = z.infer<typeof SnapshotsTaken>;

function instance(target: OnDisk): string[] {
  if (target.kind === 'instance') return [instanceArn(target)];
  return target.kind === 'ecs-task' ? hostArns(target) : nodeArns(target);
}

const snapshots = (target: OnDisk): string[] =>
  instance(target).length > 0 ? [`arn:${target.partition}:ec2:${target.region}::snapshot/*`] : [];

/** IAM checks CreateSnapshots on the instance too, so even "every volume" (when we could not read them) means those attached to this one. */
function volumes(target: OnDisk): string[] {
  if (target.kind === 'instance' && target.volumes.length > 0) return volumeArns(target);
  return instance(target).length > 0 ? every(target, 'ec2', 'volume') : [];
}

export const snapshotVolumes = defineStep({
  name: 'snapshot-volumes',
  title: 'Take snapshots of all volumes',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'Crash-consistent copies of every attached volume, all taken at the same moment; the instance is not affected. Of a task or of pods, the volumes of the instances they run on.',
  target: OnDisk,
  result: SnapshotsTaken,
  outcomes: {
    taken: 'good',
    'partly-taken': 'attention',
    'taken-not-locked': 'attention',
    'would-take': 'observed',
    'not-applicable': 'good',
  },
  within: 120,
  permissions: [
    allow('ec2:CreateSnapshots', (target: OnDisk) => [...instance(target), ...volumes(target), ...snapshots(target)]),
    allow('ec2:CreateTags', snapshots, { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } }),
    allow('ec2:LockSnapshot', snapshots),
    allow('ec2:DescribeSnapshots'),
  ],
});
