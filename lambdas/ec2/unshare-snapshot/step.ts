import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Shares } from '../shares.ts';
import { Snapshot, snapshotArns } from '../snapshot/target.ts';

export const unshareSnapshot = defineLever({
  name: 'unshare-snapshot',
  title: 'Stop sharing the snapshot',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'No other account can make a volume or a copy of it any more. Copies and volumes that others have made already stay theirs, and nobody can recall them.',
  undo: 'It is shared with the same accounts again, with everybody where it was public.',
  stands: { held: 'shared with nobody', open: 'still shared' },
  target: Snapshot,
  beforeState: Shares,
  look: [allow('ec2:DescribeSnapshotAttribute', snapshotArns)],
  apply: { permissions: [allow('ec2:ModifySnapshotAttribute', snapshotArns)], within: 60 },
  release: { permissions: [allow('ec2:ModifySnapshotAttribute', snapshotArns)], within: 60 },
});
