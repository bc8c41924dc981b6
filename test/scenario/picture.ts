/** The instance as the account itself sees it: read from AWS, never from what Tourniquet says of it. */
import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { Attached } from '../deployed/deployed.ts';
import { interfacesOf } from '../sandbox/estate.ts';
import type { Aspect } from './scenario.ts';

export interface InterfaceSeen {
  readonly id: string;
  readonly groups: readonly string[];
  readonly address: string | null;
  /** Rules in all its groups, both directions. */
  readonly rules: number;
}

/** Each aspect as plain data, so that two pictures can be compared. Interfaces stand in the order of their place. */
export interface Picture {
  readonly interfaces: readonly InterfaceSeen[];
  readonly rest: Readonly<Record<Exclude<Aspect, 'interfaces'>, unknown>>;
}

async function rulesOf(ec2: EC2Client, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...ids] }));
  return SecurityGroups.flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) => [
    ...IpPermissions,
    ...IpPermissionsEgress,
  ]).length;
}

async function interfacesSeen(ec2: EC2Client, instance: string): Promise<InterfaceSeen[]> {
  return Promise.all(
    (await interfacesOf(ec2, instance)).map(async ({ NetworkInterfaceId = '', Groups = [], Association }) => {
      const groups = Groups.map(({ GroupId = '' }) => GroupId).toSorted();
      return {
        id: NetworkInterfaceId,
        groups,
        address: Association?.AllocationId ?? Association?.PublicIp ?? null,
        rules: await rulesOf(ec2, groups),
      };
    }),
  );
}

async function protectionOf(ec2: EC2Client, InstanceId: string) {
  const read = (Attribute: 'disableApiTermination' | 'disableApiStop' | 'instanceInitiatedShutdownBehavior') =>
    ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
  const [termination, stop, shutdown, { Reservations }] = await Promise.all([
    read('disableApiTermination'),
    read('disableApiStop'),
    read('instanceInitiatedShutdownBehavior'),
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] })),
  ]);
  const mappings = Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? [];
  return {
    termination: termination.DisableApiTermination?.Value,
    stop: stop.DisableApiStop?.Value,
    shutdown: shutdown.InstanceInitiatedShutdownBehavior?.Value,
    volumes: mappings.map(({ DeviceName, Ebs }) => [DeviceName, Ebs?.DeleteOnTermination]),
  };
}

const powerOf = async (ec2: EC2Client, instance: string) =>
  (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }))).Reservations?.[0]?.Instances?.[0]?.State
    ?.Name;

async function scalingOf({ client }: Attached, instance: string) {
  const group = client(AutoScalingClient, 'member');
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance] });
  const [found] = (await group.send(command)).AutoScalingInstances ?? [];
  return found ? [found.AutoScalingGroupName, found.LifecycleState, found.ProtectedFromScaleIn] : null;
}

/** Where requests still go to the instance. A target that drains gets none. */
async function balancerOf({ client, estate }: Attached, instance: string) {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: estate.targetGroup });
  const { TargetHealthDescriptions = [] } = await client(ElasticLoadBalancingV2Client, 'member').send(command);
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
    .map(({ Target }) => [Target?.Id, Target?.Port])
    .filter(([id]) => id === instance);
}

async function profileOf(ec2: EC2Client, instance: string) {
  const Filters = [{ Name: 'instance-id', Values: [instance] }];
  const { IamInstanceProfileAssociations = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters }),
  );
  return IamInstanceProfileAssociations.filter(({ State = '' }) => State.startsWith('associat')).map(
    ({ IamInstanceProfile }) => IamInstanceProfile?.Arn,
  );
}

/** Policies on the estate's role that are about this instance; others hold for other scenarios. */
async function roleOf({ client, estate }: Attached, instance: string): Promise<string[]> {
  const command = new ListRolePoliciesCommand({ RoleName: estate.profile });
  const { PolicyNames = [] } = await client(IAMClient, 'member').send(command);
  return PolicyNames.filter((name) => name.includes(instance));
}

export async function pictureOf(deployment: Attached, instance: string): Promise<Picture> {
  const ec2 = deployment.client(EC2Client, 'member');
  const [interfaces, protection, scaling, balancer, profile, role, power] = await Promise.all([
    interfacesSeen(ec2, instance),
    protectionOf(ec2, instance),
    scalingOf(deployment, instance),
    balancerOf(deployment, instance),
    profileOf(ec2, instance),
    roleOf(deployment, instance),
    powerOf(ec2, instance),
  ]);
  const [group, lifecycle, protectedFromScaleIn] = scaling ?? [];
  return {
    interfaces,
    rest: {
      'auto scaling': [group, lifecycle],
      'load balancer': balancer,
      profile,
      role,
      protection: { ...protection, protectedFromScaleIn },
      power,
    },
  };
}

/** The aspects in which two pictures differ. */
export function changedBetween(before: Picture, now: Picture): Aspect[] {
  const flat = ({ interfaces, rest }: Picture): Record<string, unknown> => ({
    interfaces: interfaces.map(({ id, groups, address }) => [id, groups, address]),
    ...rest,
  });
  const [was, is] = [flat(before), flat(now)];
  return (Object.keys(was) as Aspect[]).filter((aspect) => JSON.stringify(was[aspect]) !== JSON.stringify(is[aspect]));
}
