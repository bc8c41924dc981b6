/** Databases of the small company, open to the world by mistake, and whether somebody's connection gets through. */
import { randomBytes } from 'node:crypto';
import { BlockList } from 'node:net';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Deployment } from './deployment.ts';
import type { Estate } from './estate.ts';

type Here = Pick<Deployment, 'client'>;

const port = 5432;
/** Where a thief comes from, and where the company's own servers are. */
const addresses = { 'the internet': '198.51.100.7', 'the VPC': '10.0.1.20' } as const;

/** Who keeps the password of the master user: whoever set it, or RDS in Secrets Manager. */
type Keeper = 'people' | 'RDS';
const MasterUserPassword = 'correct-horse-battery-9';
const masterBy = (keeper: Keeper) => ({
  MasterUsername: 'shop',
  ...(keeper === 'RDS' ? { ManageMasterUserPassword: true } : { MasterUserPassword }),
});
const made = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

/** A group that lets the world in, and a subnet group; each database has one of its own. */
async function placed({ client }: Here, { vpc, subnets }: Estate, name: string) {
  const ec2 = client(EC2Client, 'member');
  const group = { GroupName: name, Description: 'Databases', VpcId: vpc };
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(group));
  const IpRanges = [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.0.0.0/16' }];
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const subnetGroup = { DBSubnetGroupName: name, DBSubnetGroupDescription: 'Databases', SubnetIds: [...subnets] };
  await client(RDSClient, 'member').send(new CreateDBSubnetGroupCommand(subnetGroup));
  return { VpcSecurityGroupIds: [GroupId], DBSubnetGroupName: name };
}

/** A thief has shared the last snapshot with an account of their own. */
export const thiefsAccount = '999900001111';
const sharedAbroad = { AttributeName: 'restore', ValuesToAdd: [thiefsAccount] };

/** An instance by itself, public. Returns its id. */
export async function publicDatabase(
  here: Here,
  estate: Estate,
  name = 'orders',
  keeper: Keeper = 'RDS',
): Promise<string> {
  const DBInstanceIdentifier = made(name);
  await here.client(RDSClient, 'member').send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      Engine: 'postgres',
      DBInstanceClass: 'db.t4g.micro',
      AllocatedStorage: 20,
      Port: port,
      PubliclyAccessible: true,
      ...masterBy(keeper),
      ...(await placed(here, estate, DBInstanceIdentifier)),
    }),
  );
  const snapshot = { DBInstanceIdentifier, DBSnapshotIdentifier: `${DBInstanceIdentifier}-weekly` };
  const rds = here.client(RDSClient, 'member');
  await rds.send(new CreateDBSnapshotCommand(snapshot));
  const { DBSnapshotIdentifier } = snapshot;
  await rds.send(new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier, ...sharedAbroad }));
  return DBInstanceIdentifier;
}

/** A cluster of Aurora with a writer that is public and a reader that is not. Returns the ids. */
export async function publicCluster(here: Here, estate: Estate) {
  const cluster = made('shop');
  const rds = here.client(RDSClient, 'member');
  const Engine = 'aurora-postgresql';
  const { VpcSecurityGroupIds, DBSubnetGroupName } = await placed(here, estate, cluster);
  const where = { DBClusterIdentifier: cluster, VpcSecurityGroupIds, DBSubnetGroupName };
  await rds.send(new CreateDBClusterCommand({ ...where, Engine, Port: port, ...masterBy('RDS') }));
  const instances = [`${cluster}-writer`, `${cluster}-reader`] as const;
  for (const [at, DBInstanceIdentifier] of instances.entries()) {
    const own = { DBInstanceIdentifier, Engine, DBInstanceClass: 'db.serverless', PubliclyAccessible: at === 0 };
    await rds.send(
      new CreateDBInstanceCommand({ ...own, DBClusterIdentifier: cluster, DBSubnetGroupName, Port: port }),
    );
  }
  const snapshot = { DBClusterIdentifier: cluster, DBClusterSnapshotIdentifier: `${cluster}-weekly` };
  await rds.send(new CreateDBClusterSnapshotCommand(snapshot));
  const { DBClusterSnapshotIdentifier } = snapshot;
  await rds.send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier, ...sharedAbroad }));
  return { cluster, writer: instances[0], reader: instances[1] };
}

/** Whether a new connection would get through: the public flag, and the security groups of the cluster or of the instance by itself. */
export async function connects({ client }: Here, id: string, from: keyof typeof addresses): Promise<string> {
  const rds = client(RDSClient, 'member');
  const { DBInstances: [instance] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  const { DBClusterIdentifier, PubliclyAccessible } = instance ?? {};
  if (from === 'the internet' && !PubliclyAccessible) return 'refused';
  const { DBClusters: [cluster] = [] } = DBClusterIdentifier
    ? await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))
    : {};
  const groups = ((cluster ?? instance)?.VpcSecurityGroups ?? []).map(
    ({ VpcSecurityGroupId = '' }) => VpcSecurityGroupId,
  );
  const Filters = [{ Name: 'group-id', Values: groups }];
  const { SecurityGroups = [] } = await client(EC2Client, 'member').send(
    new DescribeSecurityGroupsCommand({ Filters }),
  );
  const allowed = new BlockList();
  for (const { IpPermissions = [] } of SecurityGroups)
    for (const { FromPort = 0, ToPort = 65_535, IpRanges = [] } of IpPermissions.filter(
      ({ IpProtocol }) => IpProtocol === 'tcp' || IpProtocol === '-1',
    ))
      for (const { CidrIp = '' } of FromPort <= port && port <= ToPort ? IpRanges : []) {
        const [network = '', bits = '32'] = CidrIp.split('/');
        allowed.addSubnet(network, Number(bits));
      }
  return allowed.check(addresses[from]) ? 'connects' : 'refused';
}

/** The password of the master user of an instance, as whoever may read its secret reads it; by people the one that they set. */
export async function passwordOf({ client }: Here, DBInstanceIdentifier: string): Promise<string> {
  const rds = client(RDSClient, 'member');
  const { DBInstances: [found] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  const { DBClusterIdentifier } = found ?? {};
  const { DBClusters: [cluster] = [] } = DBClusterIdentifier
    ? await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))
    : {};
  const { SecretArn } = (cluster ?? found)?.MasterUserSecret ?? {};
  if (!SecretArn) return MasterUserPassword;
  const asked = new GetSecretValueCommand({ SecretId: SecretArn });
  const { SecretString = '{}' } = await client(SecretsManagerClient, 'member').send(asked);
  return (JSON.parse(SecretString) as { password: string }).password;
}

/** Whether somebody with this password gets in as the master user: through the network first, and by the password that the database takes now. */
export async function logsIn(here: Here, id: string, from: keyof typeof addresses, password: string): Promise<string> {
  if ((await connects(here, id, from)) !== 'connects') return 'refused';
  return password === (await passwordOf(here, id)) ? 'logs in' : 'wrong password';
}

/** Whom the weekly snapshot of an instance by itself, or of a cluster, is shared with. */
export async function sharedWith(
  { client }: Here,
  { id, cluster }: { readonly id: string; readonly cluster: string | null },
) {
  const rds = client(RDSClient, 'member');
  const name = `${cluster ?? id}-weekly`;
  const { DBClusterSnapshotAttributesResult } = cluster
    ? await rds.send(new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: name }))
    : { DBClusterSnapshotAttributesResult: undefined };
  const { DBSnapshotAttributesResult } = cluster
    ? { DBSnapshotAttributesResult: undefined }
    : await rds.send(new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: name }));
  const attributes =
    DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes ??
    DBSnapshotAttributesResult?.DBSnapshotAttributes ??
    [];
  return attributes
    .flatMap(({ AttributeName, AttributeValues = [] }) => (AttributeName === 'restore' ? AttributeValues : []))
    .toSorted();
}
