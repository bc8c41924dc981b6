import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBInstanceCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { byKey, type Picture } from '../../test/contract/picture.ts';
import type { Ground, Stage } from '../../test/contract/subject.ts';
import type { Spoils } from '../../test/contract/worlds.ts';
import { findingAbout, readBack } from '../../test/sandbox/finding.ts';
import { connects, logsIn, passwordOf, publicDatabase, sharedWith } from '../../test/sandbox/shop-databases.ts';
import type { AnyDatabase } from './database.ts';

/** A login that GuardDuty finds odd (GuardDuty user guide, "RDS Protection finding types"). */
export function aboutLogin(deployment: Ground['deployment'], rdsDbInstanceDetails: object): Finding {
  const found = findingAbout(deployment, 'none', { type: 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin' });
  const resource = { resourceType: 'RDSDBInstance', rdsDbInstanceDetails, rdsDbUserDetails: { user: 'shop' } };
  return readBack({ ...found, resource });
}

let innocent: Promise<string> | undefined;

async function settings({ client }: Stage, { cluster, instances }: AnyDatabase) {
  const rds = client(RDSClient, 'member');
  const [clusters, each] = await Promise.all([
    cluster ? rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: cluster })) : { DBClusters: [] },
    Promise.all(
      instances.map((DBInstanceIdentifier) => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))),
    ),
  ]);
  const [found] = clusters.DBClusters ?? [];
  return { cluster: found, instances: each.flatMap(({ DBInstances = [] }) => DBInstances) };
}

const groupsOf = (one: { VpcSecurityGroups?: { VpcSecurityGroupId?: string | undefined }[] | undefined } | undefined) =>
  (one?.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId = '' }) => VpcSecurityGroupId).toSorted();

/** A group that is made anew has another id. */
async function namesOf({ client }: Stage, groups: readonly string[]): Promise<string[]> {
  const Filters = [{ Name: 'group-id', Values: [...groups] }];
  const { SecurityGroups = [] } = await client(EC2Client, 'member').send(
    new DescribeSecurityGroupsCommand({ Filters }),
  );
  return SecurityGroups.map(({ GroupName = '' }) => GroupName).toSorted();
}

/** What is set, and who gets through: a thief from the internet, a server of the company, and somebody who uses another database. */
export async function look(stage: Stage, target: AnyDatabase): Promise<Picture> {
  innocent ??= publicDatabase(stage, stage.estate, 'invoices');
  const { cluster, instances } = await settings(stage, target);
  const thieves = target.instances.map(async (id) => [id, await connects(stage, id, 'the internet')] as const);
  const [first = ''] = target.instances;
  return {
    groups: await namesOf(stage, groupsOf(cluster ?? instances[0])),
    public: byKey(instances.map((one) => [one.DBInstanceIdentifier ?? '', one.PubliclyAccessible])),
    protection: (cluster ?? instances[0])?.DeletionProtection ?? false,
    thieves: byKey(await Promise.all(thieves)),
    shared: await sharedWith(stage, target),
    server: await connects(stage, first, 'the VPC'),
    innocent: await connects(stage, await innocent, 'the internet'),
  };
}

async function write(
  { client }: Stage,
  { cluster, instances }: AnyDatabase,
  groups: string[],
  flags: ReadonlyMap<string, boolean>,
) {
  const rds = client(RDSClient, 'member');
  const VpcSecurityGroupIds = groups;
  if (cluster) await rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: cluster, VpcSecurityGroupIds }));
  for (const DBInstanceIdentifier of instances) {
    const own = { DBInstanceIdentifier, PubliclyAccessible: flags.get(DBInstanceIdentifier) };
    await rds.send(new ModifyDBInstanceCommand({ ...own, ...(!cluster && { VpcSecurityGroupIds }) }));
  }
}

/** Somebody else gives it the group of the company's administrators, and shares the snapshot with a partner. */
export async function meddle(stage: Stage, target: AnyDatabase): Promise<void> {
  const rds = stage.client(RDSClient, 'member');
  const partner = { AttributeName: 'restore', ValuesToAdd: ['888800002222'] };
  const name = `${target.cluster ?? target.id}-weekly`;
  if (target.cluster)
    await rds.send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: name, ...partner }));
  else await rds.send(new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier: name, ...partner }));
  await write(stage, target, [stage.estate.groups.admin], new Map());
}

/** A thief within the VPC has read the password of the master user, after it was changed once more; an application reads it at each login. */
export async function plunder(stage: Stage, { instances: [first = ''], secret }: AnyDatabase): Promise<Spoils> {
  const old = await passwordOf(stage, first);
  await stage.client(SecretsManagerClient, 'member').send(new RotateSecretCommand({ SecretId: secret ?? '' }));
  while ((await passwordOf(stage, first)) === old) await sleep(50);
  const stolen = await passwordOf(stage, first);
  return async () => ({
    thief: await logsIn(stage, first, 'the VPC', stolen),
    application: await logsIn(stage, first, 'the VPC', await passwordOf(stage, first)),
  });
}

/** Makes it what it is now, later: as somebody who cannot do without it would. */
export async function undoing(stage: Stage, target: AnyDatabase): Promise<() => Promise<void>> {
  const before = await settings(stage, target);
  const flags = new Map(
    before.instances.map((one) => [one.DBInstanceIdentifier ?? '', one.PubliclyAccessible ?? false]),
  );
  const groups = groupsOf(before.cluster ?? before.instances[0]);
  return () => write(stage, target, groups, flags);
}
