import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type InstanceAttributeName,
  type NetworkAcl,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import { byKey, inlineOf, type Picture } from '../../../test/contract/picture.ts';
import type { Stage } from '../../../test/contract/subject.ts';
import { interfacesOf } from '../../../test/sandbox/estate.ts';
import type { Instance } from './target.ts';

/**
 * An instance and all that hangs on it. The desired capacity of its group is left out: it moves for many reasons, and the lever says that
 * AWS raises it.
 */
export async function instanceWorld(stage: Stage, target: Instance): Promise<Picture> {
  const [instance, interfaces, networkAcls, role, scaling, targetGroups] = await Promise.all([
    instanceOf(stage, target),
    interfacesSeen(stage, target),
    networkAclsOf(stage),
    inlineOf(stage, target.role?.name ?? ''),
    scalingOf(stage, target),
    targetGroupsOf(stage, target),
  ]);
  return { instance, interfaces, networkAcls, role, scaling, targetGroups };
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

async function interfacesSeen({ client }: Stage, { id }: Instance): Promise<Picture> {
  const ec2 = client(EC2Client, 'member');
  const [interfaces, quarantine] = await Promise.all([
    interfacesOf(ec2, id),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag-key', Values: [quarantineTag] }] })),
  ]);
  const ours = new Map((quarantine.SecurityGroups ?? []).map((group) => [group.GroupId, roleOfGroup(group)]));
  return byKey(
    interfaces.map(({ NetworkInterfaceId = '', Groups = [], Association }) => {
      const groups = Groups.map(({ GroupId = '' }) => ours.get(GroupId) ?? GroupId).toSorted();
      return [NetworkInterfaceId, { groups, address: Association?.AllocationId ?? null }];
    }),
  );
}

/** What the network ACLs of the estate let through, in the order in which AWS tries their rules. */
async function networkAclsOf({ client, estate }: Stage): Promise<Picture> {
  const Filters = [{ Name: 'association.subnet-id', Values: [...estate.subnets] }];
  const { NetworkAcls = [] } = await client(EC2Client, 'member').send(new DescribeNetworkAclsCommand({ Filters }));
  const rules = ({ Entries = [] }: NetworkAcl) =>
    Entries.map(({ RuleNumber, Egress, CidrBlock, Ipv6CidrBlock, RuleAction }) =>
      [RuleNumber, Egress ? 'out' : 'in', RuleAction, CidrBlock ?? Ipv6CidrBlock].join(' '),
    ).toSorted();
  return byKey(NetworkAcls.map((one) => [one.NetworkAclId ?? '', rules(one)]));
}

/** Groups of ours are made anew in a VPC that has none: what they are for counts, and what they let through. */
function roleOfGroup({ Tags = [], IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): string {
  const kind = Tags.find(({ Key }) => Key === quarantineTag)?.Value;
  return `${kind}, ${IpPermissions.length} rules in, ${IpPermissionsEgress.length} out`;
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
