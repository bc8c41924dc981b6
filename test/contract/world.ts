import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Known } from '../../lambdas/targets/target.ts';
import { organizationWorld } from './organization.ts';
import type { Picture } from './picture.ts';
import type { Stage } from './subject.ts';
import { worldFor } from './worlds.ts';

/** The target and all that hangs on it, described to the accounts' own root by calls of this test, not by the levers' looks. */
export async function worldOf(stage: Stage, target: Known): Promise<Picture> {
  const [organization, own] = await Promise.all([organizationWorld(stage), worldFor(target).look(stage, target)]);
  return { ...own, organization };
}

/** What the steps of an incident have left behind, without the names that differ from incident to incident. */
export async function tracesOf(stage: Stage, incident: string, target: Known): Promise<Picture> {
  const { client } = stage;
  const file = target.id.replace(/[^\w.-]+/g, '-');
  const plainly = (name: string): string => name.replaceAll(incident, 'INCIDENT').replaceAll(file, 'TARGET');
  const volumes = target.kind === 'instance' ? target.volumes : [];
  const deviceOf = (volume: string): string => volumes.find(({ id }) => id === volume)?.device ?? volume;
  const Filters = [{ Name: 'volume-id', Values: volumes.map(({ id }) => id) }];
  const [snapshots, schedules, versions, items] = await Promise.all([
    client(EC2Client, 'member').send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters })),
    client(SchedulerClient, 'hub').send(new ListSchedulesCommand({ NamePrefix: incident })),
    client(S3Client, 'hub').send(
      new ListObjectVersionsCommand({ Bucket: process.env.TOURNIQUET_VAULT, Prefix: `incidents/${incident}/` }),
    ),
    itemsOf(stage, incident),
  ]);
  return {
    snapshots: (snapshots.Snapshots ?? []).map(({ VolumeId = '' }) => deviceOf(VolumeId)).toSorted(),
    schedules: (schedules.Schedules ?? []).map(({ Name = '' }) => plainly(Name)).toSorted(),
    // A second version of the same name is allowed: both stay, and the record names the one it means.
    sealed: [...new Set((versions.Versions ?? []).map(({ Key = '' }) => plainly(Key)))].toSorted(),
    items: items
      .map(({ sk }) => sk.replace(/#run-.*$/, ''))
      .filter((sk) => !/^(LEDGER|RECEIPT)/.test(sk))
      .toSorted(),
  };
}

export type Item = Readonly<Record<string, unknown>> & { readonly sk: string };

/** Everything the table holds of an incident. */
export async function itemsOf({ client }: Stage, incident: string): Promise<Item[]> {
  const { Items = [] } = await DynamoDBDocumentClient.from(client(DynamoDBClient, 'hub')).send(
    new QueryCommand({
      TableName: process.env.TOURNIQUET_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `INC#${incident}` },
      ConsistentRead: true,
    }),
  );
  return Items as Item[];
}
