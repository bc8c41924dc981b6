import * as z from 'zod';
import { BlockProof } from '../../../lib/domain/block-proof.ts';
import { incidentTag } from '../../../lib/domain/marks.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance } from '../instance/target.ts';

export const DiskProof = z.object({
  /** `partly-proved`: at least one copy, and not all. `not-wanted`: the configuration says not to. */
  outcome: z.enum(['proved', 'partly-proved', 'not-proved', 'not-wanted', 'would-prove']),
  proofs: z.array(BlockProof),
  /** The same in words, a line a copy. */
  facts: z.array(z.string()),
  because: z.string().optional(),
});
export type DiskProof = z.infer<typeof DiskProof>;

const snapshots = ({ partition, region }: Instance): string[] => [`arn:${partition}:ec2:${region}::snapshot/*`];

/** Only copies that an incident has made. */
const ours = { Null: { [`aws:ResourceTag/${incidentTag}`]: 'false' } };

/** Decrypted by EBS for whoever reads; its own key says so too (KMS developer guide, "kms:ViaService": EBS comes as EC2). */
const viaEbs = { StringLike: { 'kms:ViaService': 'ec2.*' } };

export const proveDisk = defineStep({
  name: 'prove-disk',
  title: 'Prove what the copies of its volumes hold',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'Each block of the snapshots is read through the EBS direct APIs and hashed; only one Merkle root a copy is kept. Copies, volumes and instance are not affected. EBS charges for each block, up to diskProof in the configuration. A copy that is still being made is waited for, and what takes longer than one call goes on where it was.',
  target: Instance,
  result: DiskProof,
  outcomes: {
    proved: 'good',
    'partly-proved': 'attention',
    'not-proved': 'attention',
    'not-wanted': 'good',
    'would-prove': 'observed',
  },
  within: 300,
  hub: ['read-incident'],
  permissions: [
    allow('ec2:DescribeSnapshots'),
    allow('ebs:ListSnapshotBlocks', snapshots, ours),
    allow('ebs:GetSnapshotBlock', snapshots, ours),
    allow('kms:Decrypt', (target) => every(target, 'kms', 'key'), viaEbs),
  ],
});
