import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { type AnyDatabase, snapshotArns } from '../database.ts';
import { Database } from '../kinds.ts';

/** Whom each manual snapshot is shared with: accounts, or `all`. */
export const SnapshotShares = z.object({ shared: z.record(z.string(), z.array(z.string())) });
export type SnapshotShares = z.infer<typeof SnapshotShares>;

/** Nothing where they are of the other type: in a whole account one pattern stands for both. */
const ofInstance = (target: AnyDatabase): string[] => (target.cluster && target.id !== '*' ? [] : snapshotArns(target));
const ofCluster = (target: AnyDatabase): string[] => (target.cluster ? snapshotArns(target) : []);
const change = [
  allow('rds:ModifyDBSnapshotAttribute', ofInstance),
  allow('rds:ModifyDBClusterSnapshotAttribute', ofCluster),
];

export const unshareDatabaseSnapshots = defineLever({
  name: 'unshare-database-snapshots',
  title: 'Stop sharing the snapshots of the database',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'No other account can restore or copy a snapshot of this database any more. What others have restored or copied already stays theirs, and nobody can recall it.',
  undo: 'Each snapshot is shared with the same accounts again, with everybody where it was public.',
  stands: { held: 'snapshots shared with nobody', open: 'snapshots still shared' },
  target: Database,
  beforeState: SnapshotShares,
  look: [
    allow('rds:DescribeDBSnapshotAttributes', ofInstance),
    allow('rds:DescribeDBClusterSnapshotAttributes', ofCluster),
  ],
  apply: { permissions: change, within: 60 },
  release: { permissions: change, within: 60 },
});
