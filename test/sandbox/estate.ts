import {
  AttachInstancesCommand,
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateTrunkInterfaceCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  type NetworkInterface,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credentials, Deployment } from './deployment.ts';
import { memoryTool, toolBucket } from './memory-tool.ts';
import { makeNetwork, type Network, networkFor, type Way } from './networks.ts';

/** A small company in the member account: a network, a role that may read one bucket, and somewhere to put instances. */
export interface Estate extends Network {
  readonly bucket: string;
  readonly profile: string;
  readonly targetGroup: string;
  readonly scalingGroup: string;
}

const bucket = 'example-corp-customers';
const key = 'customers.csv';
/** Any image: none is in the sandbox, and instances start from it all the same. */
const image = 'ami-0123456789abcdef0';

/** What thieves are after. */
export const customers = { arn: `arn:aws:s3:::${bucket}`, what: `s3:GetObject ${key}` } as const;

async function role(iam: IAMClient): Promise<string> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const rights = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: `arn:aws:s3:::${bucket}/*` };
  const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  const RoleName = 'web-server';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read-customers', PolicyDocument: policy(rights) }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }));
  return RoleName;
}

/** What copies memory, where the hub reads it. */
async function keepTool(s3: S3Client): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: toolBucket.bucket }));
  await s3.send(new PutObjectCommand({ Bucket: toolBucket.bucket, Key: toolBucket.key, Body: memoryTool }));
}

async function balanced(deployment: Deployment, vpc: string, subnets: readonly string[]) {
  const elb = deployment.client(ElasticLoadBalancingV2Client, 'member');
  await elb.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: [...subnets], Type: 'application' }));
  const target = { Name: 'shop', Protocol: 'HTTPS' as const, Port: 443, VpcId: vpc, TargetType: 'instance' as const };
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(target));
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function scaling(deployment: Deployment, subnets: readonly string[], profile: string) {
  const client = deployment.client(AutoScalingClient, 'member');
  const LaunchConfigurationName = 'shop';
  const template = { LaunchConfigurationName, ImageId: image, InstanceType: 't3.micro', IamInstanceProfile: profile };
  await client.send(new CreateLaunchConfigurationCommand(template));
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'shop',
      LaunchConfigurationName,
      MinSize: 0,
      MaxSize: 100,
      DesiredCapacity: 0,
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 0,
      VPCZoneIdentifier: subnets.join(','),
    }),
  );
  return 'shop';
}

export async function buildEstate(deployment: Deployment): Promise<Estate> {
  const ec2 = deployment.client(EC2Client, 'member');
  const s3 = deployment.client(S3Client, 'member');
  const { vpc, subnets, groups } = await makeNetwork(ec2);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'name,card\n' }));
  await keepTool(deployment.client(S3Client, 'hub'));
  const profile = await role(deployment.client(IAMClient, 'member'));
  const targetGroup = await balanced(deployment, vpc, subnets);
  const scalingGroup = await scaling(deployment, subnets, profile);
  return { vpc, subnets, groups, bucket, profile, targetGroup, scalingGroup };
}

export interface Placement {
  readonly tags?: Readonly<Record<string, string>>;
  readonly profile?: 'with profile' | 'without profile';
  readonly scaling?: 'in the group' | 'on its own';
  /** How it reaches the internet, and how it is reached from there. */
  readonly network?: Way;
  /** With a trunk it has a third interface, and a pod behind it has one of its own, which nothing attaches to the instance. */
  readonly pods?: 'none' | 'behind a trunk';
  /** Another one than all others start from. */
  readonly from?: string;
  /** The service that runs it in the account: nobody else may change it. */
  readonly managedBy?: string | undefined;
}

/** An instance with two interfaces (one with an Elastic IP) and two volumes, in the group and behind the balancer. */
export async function launch(deployment: Deployment, estate: Estate, placement: Placement = {}): Promise<string> {
  const {
    tags = {},
    profile = 'with profile',
    scaling: where = 'in the group',
    network: way = 'an internet gateway',
    pods,
    managedBy,
    from = image,
  } = placement;
  const ec2 = deployment.client(EC2Client, 'member');
  const { subnet: SubnetId, groups, addressed, reached } = await networkFor(deployment, estate, way);
  const Tags = Object.entries({ Name: 'web', ...tags }).map(([Key, Value]) => ({ Key, Value }));
  const disk = (DeviceName: string) => ({ DeviceName, Ebs: { VolumeSize: 8, DeleteOnTermination: true } });
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: from,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: 't3.micro',
      UserData: Buffer.from('#!/bin/sh\necho hello\n').toString('base64'),
      ...(profile === 'with profile' && { IamInstanceProfile: { Name: estate.profile } }),
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId, Groups: [groups.web] },
        { DeviceIndex: 1, SubnetId, Groups: [groups.web, groups.admin] },
      ],
      BlockDeviceMappings: [disk('/dev/sda1'), disk('/dev/sdb')],
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
      ...(managedBy && { Operator: { Principal: managedBy } }),
    }),
  );
  const id = Instances?.[0]?.InstanceId ?? '';
  if (addressed) await giveAddress(ec2, id);
  await reached?.(id);
  if (pods === 'behind a trunk') await giveTrunk(ec2, { id, SubnetId, Groups: [groups.web] });
  if (where === 'in the group') await join(deployment, estate, id);
  return id;
}

/** As the VPC resource controller of EKS makes them. */
async function giveTrunk(
  ec2: EC2Client,
  { id, ...within }: { id: string; SubnetId: string | undefined; Groups: string[] },
): Promise<void> {
  const made = await Promise.all(
    (['trunk', 'branch'] as const).map((InterfaceType) =>
      ec2.send(
        new CreateNetworkInterfaceCommand({ ...within, InterfaceType, Description: `${InterfaceType} of ${id}` }),
      ),
    ),
  );
  const [TrunkInterfaceId, BranchInterfaceId] = made.map((one) => one.NetworkInterface?.NetworkInterfaceId ?? '');
  const attach = { NetworkInterfaceId: TrunkInterfaceId, InstanceId: id, DeviceIndex: 2 };
  await ec2.send(new AttachNetworkInterfaceCommand(attach));
  await ec2.send(new AssociateTrunkInterfaceCommand({ TrunkInterfaceId, BranchInterfaceId, VlanId: 1 }));
}

/** Those that are attached to it, by their place, and branches of its trunk. */
export async function interfacesOf(ec2: EC2Client, id: string): Promise<NetworkInterface[]> {
  const found = async (Name: string, value: string): Promise<NetworkInterface[]> => {
    const asked = new DescribeNetworkInterfacesCommand({ Filters: [{ Name, Values: [value] }] });
    return (await ec2.send(asked)).NetworkInterfaces ?? [];
  };
  const placeOf = ({ Attachment }: NetworkInterface): number => Attachment?.DeviceIndex ?? 0;
  const [own, branches] = await Promise.all([
    found('attachment.instance-id', id),
    found('description', `branch of ${id}`),
  ]);
  return [...own.toSorted((a, b) => placeOf(a) - placeOf(b)), ...branches];
}

async function giveAddress(ec2: EC2Client, id: string): Promise<void> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [id] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  const first = NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: first?.NetworkInterfaceId }));
}

async function join(deployment: Deployment, estate: Estate, id: string): Promise<void> {
  const group = { AutoScalingGroupName: estate.scalingGroup, InstanceIds: [id] };
  await deployment.client(AutoScalingClient, 'member').send(new AttachInstancesCommand(group));
  const target = { TargetGroupArn: estate.targetGroup, Targets: [{ Id: id, Port: 443 }] };
  await deployment.client(ElasticLoadBalancingV2Client, 'member').send(new RegisterTargetsCommand(target));
}

/** What the metadata service of an instance hands out, and what a thief copies from it. */
export const stolenSession = ({ sandbox }: Deployment, instanceId: string): Promise<Credentials> =>
  sandbox.post<Credentials>('/_sandbox/instance-session', { account: sandbox.accounts.member, instanceId });

/** What came of a try. */
export type Attempt = 'allowed' | 'denied';

/** By a policy, or because the key is inactive (S3 API reference, "Error responses"). */
const denials = ['AccessDenied', 'InvalidAccessKeyId'];

/** Really tries the thief's call. Anything but an answer or a denial is an error of the sandbox, and thrown. */
export async function tryTheft(deployment: Pick<Deployment, 'client'>, as: Credentials): Promise<Attempt> {
  try {
    await deployment.client(S3Client, 'member', as).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return 'allowed';
  } catch (error) {
    if (denials.includes((error as Error).name)) return 'denied';
    throw error;
  }
}
