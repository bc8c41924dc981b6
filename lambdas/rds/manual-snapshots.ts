import { paginateDescribeDBClusterSnapshots, paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import type { Session } from '../runtime/session.ts';

/** Names of the manual snapshots of an instance by itself, or of a cluster. */
export async function manualSnapshots(of: { readonly cluster: string | null; readonly id: string }, session: Session) {
  const asked = { client: session.client(RDSClient) };
  const found: (string | undefined)[] = [];
  if (of.cluster === null) {
    const which = { DBInstanceIdentifier: of.id, SnapshotType: 'manual' };
    for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots(asked, which))
      found.push(...DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier));
  } else {
    const which = { DBClusterIdentifier: of.cluster, SnapshotType: 'manual' };
    for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots(asked, which))
      found.push(...DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier));
  }
  return found.flatMap((name) => name ?? []).toSorted();
}
