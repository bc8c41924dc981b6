import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type InstanceAttributeName,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Instance, quarantineTag } from '../../lib/domain/resource.ts';
import type { Stage } from './stage.ts';

/** The names of parts that AWS hands out anew each time, such as an association's id, are left out of every picture below. */
type Picture = Readonly<Record<string, unknown>>;

const byKey = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

/**
 * An instance and all that hangs on it, described to the account's own root by calls of this test, not by the levers' looks. The desired
 * capacity of its group is left out: it moves for many reasons, and the lever says that AWS raises it.
 */
export async function worldOf(stage: Stage, target: Instance): Promise<Picture> {
  const [instance, interfaces, role, scaling, targetGroups] = await Promise.all([
    instanceOf(stage, target),
    interfacesOf(stage, target),
    policiesOf(stage, target),
    scalingOf(stage, target),
    targetGroupsOf(stage, target),
  ]);
  return { instance, interfaces, role, scaling, targetGroups };
}

async function instanceOf({ client }: Stage, { id }: Instance): Promise<Picture> {
  const ec2 = client(EC2Client, 'member');
  const attribute = (Attribute: InstanceAttributeName) =>
    ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }));
  const [described, termination, stop, shutdown] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
    attribute('disableApiTermination'),
    attribute('disableApiStop'),
    attribute('instanceInitiatedShutdownBehavior'),
  ]);
  const found = described.Reservations?.[0]?.Instances?.[0];
  return {
    state: found?.State?.Name,
    profile: found?.IamInstanceProfile?.Arn ?? null,
    tags: byKey((found?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value])),
    devices: byKey(
      (found?.BlockDeviceMappings ?? []).map(({ DeviceName = '', Ebs }) => [DeviceName, Ebs?.DeleteOnTermination]),
    ),
    disableApiTermination: termination.DisableApiTermination?.Value,
    disableApiStop: stop.DisableApiStop?.Value,
    shutdown: shutdown.InstanceInitiatedShutdownBehavior?.Value,
  };
}

async function interfacesOf({ client }: Stage, { id }: Instance): Promise<Picture> {
  const ec2 = client(EC2Client, 'member');
  const [described, quarantine] = await Promise.all([
    ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag-key', Values: [quarantineTag] }] })),
  ]);
  const ours = new Map((quarantine.SecurityGroups ?? []).map((group) => [group.GroupId, roleOfGroup(group)]));
  return byKey(
    (described.NetworkInterfaces ?? []).map(({ NetworkInterfaceId = '', Groups = [], Association }) => {
      const groups = Groups.map(({ GroupId = '' }) => ours.get(GroupId) ?? GroupId).toSorted();
      return [NetworkInterfaceId, { groups, address: Association?.AllocationId ?? null }];
    }),
  );
}

/** Groups of ours are made anew in a VPC that has none: what they are for counts, and what they let through. */
function roleOfGroup({ Tags = [], IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): string {
  const kind = Tags.find(({ Key }) => Key === quarantineTag)?.Value;
  return `${kind}, ${IpPermissions.length} rules in, ${IpPermissionsEgress.length} out`;
}

async function policiesOf({ client }: Stage, { role }: Instance): Promise<Picture> {
  const iam = client(IAMClient, 'member');
  const RoleName = role?.name ?? '';
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, decodeURIComponent(PolicyDocument)] as const;
  });
  return byKey(await Promise.all(documents));
}

async function scalingOf({ client }: Stage, { id }: Instance): Promise<Picture> {
  const scaling = client(AutoScalingClient, 'member');
  const { AutoScalingInstances } = await scaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }));
  const { AutoScalingGroupName, LifecycleState, ProtectedFromScaleIn } = AutoScalingInstances?.[0] ?? {};
  return { group: AutoScalingGroupName ?? null, lifecycle: LifecycleState, protected: ProtectedFromScaleIn };
}

/** Ports on which each group lists the instance; one that drains has left. */
async function targetGroupsOf({ client }: Stage, { id }: Instance): Promise<Picture> {
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const ports = TargetGroups.map(async ({ TargetGroupArn = '' }) => {
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const own = TargetHealthDescriptions.filter(
      ({ Target, TargetHealth }) => Target?.Id === id && TargetHealth?.State !== 'draining',
    );
    return [TargetGroupArn, own.map(({ Target }) => Target?.Port)] as const;
  });
  return byKey((await Promise.all(ports)).filter(([, own]) => own.length > 0));
}

/** What the steps of an incident have left behind, without the names that differ from incident to incident. */
export async function tracesOf(stage: Stage, incident: string, target: Instance): Promise<Picture> {
  const { client } = stage;
  const plainly = (name: string): string => name.replaceAll(incident, 'INCIDENT');
  const deviceOf = (volume: string): string => target.volumes.find(({ id }) => id === volume)?.device ?? volume;
  const [snapshots, schedules, versions, items] = await Promise.all([
    client(EC2Client, 'member').send(
      new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: [volumesOf(target)] }),
    ),
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

const volumesOf = ({ volumes }: Instance) => ({ Name: 'volume-id', Values: volumes.map(({ id }) => id) });

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
