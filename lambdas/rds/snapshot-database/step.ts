import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { type AnyDatabase, clusterArns, instanceArns, snapshotsNamed } from '../database.ts';
import { Database } from '../kinds.ts';

export const DatabaseSnapshot = z.object({
  outcome: z.enum(['taken', 'would-take', 'not-applicable']),
  evidence: z.array(Custody),
  because: z.string().optional(),
});
export type DatabaseSnapshot = z.infer<typeof DatabaseSnapshot>;

/** By the names that ours have. */
const ours = (target: AnyDatabase): string[] => snapshotsNamed(target, ['tourniquet-*']);
const ofInstance = (target: AnyDatabase): string[] =>
  target.cluster && target.id !== '*' ? [] : [...new Set([...instanceArns(target), ...ours(target)])];
const ofCluster = (target: AnyDatabase): string[] =>
  target.cluster ? [...new Set([...clusterArns(target), ...ours(target)])] : [];

export const snapshotDatabase = defineStep({
  name: 'snapshot-database',
  title: 'Take a snapshot of the database',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'A manual snapshot, which stays when the database is deleted. An instance in a single zone pauses its input and output for a moment while it begins.',
  target: Database,
  result: DatabaseSnapshot,
  outcomes: { taken: 'good', 'would-take': 'observed', 'not-applicable': 'good' },
  within: 60,
  permissions: [allow('rds:CreateDBSnapshot', ofInstance), allow('rds:CreateDBClusterSnapshot', ofCluster)],
});
