import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { BlastRadius } from '../blast-radius.ts';
import { Image, imageArns } from '../image/target.ts';
import { Snapshot, snapshotArns } from '../snapshot/target.ts';

export const Copy = z.discriminatedUnion('kind', [Snapshot, Image]);
export type Copy = z.infer<typeof Copy>;

export const measureCopies = defineStep({
  name: 'measure-copies',
  title: 'Find out who uses the copy',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: whom it is shared with, who shared it, who has used it, what was launched from it, and which backups there are of the volume.',
  target: Copy,
  result: BlastRadius,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('ec2:DescribeSnapshotAttribute', (copy: Copy) => (copy.kind === 'snapshot' ? snapshotArns(copy) : [])),
    allow('ec2:DescribeImageAttribute', (copy: Copy) => (copy.kind === 'image' ? imageArns(copy) : [])),
    allow('ec2:DescribeSnapshots'),
    allow('ec2:DescribeLockedSnapshots'),
    allow('ec2:DescribeImages'),
    allow('ec2:DescribeVolumes'),
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeLaunchTemplateVersions'),
    allow('cloudtrail:LookupEvents'),
    allow('backup:ListRecoveryPointsByResource', (copy: Copy) => (copy.kind === 'snapshot' ? ['*'] : [])),
  ],
});
