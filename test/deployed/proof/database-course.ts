/** A thief logs in to a database that the world can reach: closed once people agree, and open as before once it is released. */
import { BackupClient, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import { DescribeDBClusterSnapshotsCommand, DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { backUp } from '../../sandbox/backups.ts';
import { entry, findingAbout, sendEvent } from '../../sandbox/finding.ts';
import {
  connects,
  logsIn,
  passwordOf,
  publicCluster,
  publicDatabase,
  sharedWith,
} from '../../sandbox/shop-databases.ts';
import { isAsked, opened, release, removalClosed, reply, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

interface Played {
  /** The instance that the thief connects to. */
  readonly id: string;
  readonly cluster: string | null;
  readonly details: object;
  /** An instance of somebody else. */
  readonly innocent: string;
  /** Of the master user, as the thief has copied it. */
  readonly stolen: string;
}

async function who(deployment: Attached, { id, innocent, cluster, stolen }: Played) {
  const now = await passwordOf(deployment, id);
  const [thief, application, server, others, shared] = await Promise.all([
    logsIn(deployment, id, 'the internet', stolen),
    logsIn(deployment, id, 'the VPC', now),
    connects(deployment, id, 'the VPC'),
    connects(deployment, innocent, 'the internet'),
    sharedWith(deployment, { id, cluster }),
  ]);
  return { thief, application, server, others, shared };
}

/** In a vault of its own, before anything is seen of the thief. */
async function backedUp(deployment: Attached, { id, cluster }: Played): Promise<string> {
  const { accounts, region } = deployment.sandbox;
  const BackupVaultName = `nightly-${id}`;
  await deployment.client(BackupClient, 'member').send(new CreateBackupVaultCommand({ BackupVaultName }));
  const of = cluster ? `cluster:${cluster}` : `db:${id}`;
  return backUp(deployment, BackupVaultName, `arn:aws:rds:${region}:${accounts.member}:${of}`);
}

async function playOne(deployment: Attached, played: Played) {
  const backup = await backedUp(deployment, played);
  const before = await who(deployment, played);
  const type = 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin';
  const resource = { resourceType: 'RDSDBInstance', rdsDbInstanceDetails: played.details };
  const found = { ...findingAbout(deployment, 'none', { type }), resource };
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', found));
  const incident = await opened(deployment, played.id);
  const contained = await toTheEnd(deployment, incident);
  const during = await who(deployment, played);
  const asked = await isAsked(deployment, incident, 'rotate');
  // Where a second person has not agreed yet, the old password is still good.
  await reply(deployment, asked, 'Rosa', 'approve');
  const still = await passwordOf(deployment, played.id);
  await reply(deployment, asked, 'Leo', 'approve');
  await removalClosed(deployment, incident);
  const released = await release(deployment, incident);
  const { stolen } = played;
  return {
    incident,
    backup,
    before,
    contained,
    during,
    stolen,
    still,
    asked,
    released,
    after: await who(deployment, played),
  };
}

/** One by itself, and one of a cluster. */
export const playDatabases = once(async (deployment: Attached) => {
  const { estate } = deployment;
  const [id, innocent, cluster] = [
    await publicDatabase(deployment, estate),
    await publicDatabase(deployment, estate, 'invoices'),
    await publicCluster(deployment, estate),
  ];
  const { cluster: dbClusterIdentifier, writer } = cluster;
  const [stolen, ofWriter] = await Promise.all([id, writer].map((one) => passwordOf(deployment, one)));
  const ofCluster = { dbInstanceIdentifier: writer, dbClusterIdentifier };
  return Promise.all([
    playOne(deployment, { id, innocent, stolen: stolen ?? '', cluster: null, details: { dbInstanceIdentifier: id } }),
    playOne(deployment, {
      id: writer,
      innocent,
      stolen: ofWriter ?? '',
      cluster: dbClusterIdentifier,
      details: ofCluster,
    }),
  ]);
});

/** Snapshots by the name of the incident. */
export async function snapshotsOf({ client }: Attached, incident: string): Promise<string[]> {
  const rds = client(RDSClient, 'member');
  const [{ DBSnapshots = [] }, { DBClusterSnapshots = [] }] = await Promise.all([
    rds.send(new DescribeDBSnapshotsCommand({})),
    rds.send(new DescribeDBClusterSnapshotsCommand({})),
  ]);
  const names = [
    ...DBSnapshots.map(({ DBSnapshotIdentifier = '' }) => DBSnapshotIdentifier),
    ...DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier = '' }) => DBClusterSnapshotIdentifier),
  ];
  return names.filter((name) => name.includes(incident));
}
