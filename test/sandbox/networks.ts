import { randomBytes } from 'node:crypto';
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deployment } from './deployment.ts';

export interface Network {
  readonly vpc: string;
  readonly subnets: readonly [string, string];
  readonly groups: { readonly web: string; readonly admin: string };
}

type Vpc = Omit<Network, 'groups'>;

/** A VPC with an internet gateway and two subnets. */
async function makeVpc(ec2: EC2Client): Promise<Vpc> {
  const vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = async (CidrBlock: string, AvailabilityZone: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? '';
  const gateway = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
  const Filters = [{ Name: 'vpc-id', Values: [vpc] }];
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const RouteTableId = RouteTables?.[0]?.RouteTableId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }));
  const zone = (letter: string) => `eu-central-1${letter}`;
  return { vpc, subnets: [await subnet('10.0.1.0/24', zone('a')), await subnet('10.0.2.0/24', zone('b'))] };
}

async function makeGroups(ec2: EC2Client, VpcId: string): Promise<Network['groups']> {
  const group = async (GroupName: string, FromPort: number) => {
    const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId }));
    const rule = { IpProtocol: 'tcp', FromPort, ToPort: FromPort, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: made.GroupId, IpPermissions: [rule] }));
    return made.GroupId ?? '';
  };
  return { web: await group('web', 443), admin: await group('admin', 22) };
}

/** A VPC of the account's own, with two groups. */
export async function makeNetwork(ec2: EC2Client): Promise<Network> {
  const made = await makeVpc(ec2);
  return { ...made, groups: await makeGroups(ec2, made.vpc) };
}

/** A subnet whose only way out is a NAT gateway, which stands in another one, with a network ACL of its own. */
async function behindNat(ec2: EC2Client, { vpc, subnets }: Vpc): Promise<string> {
  // Each such subnet another range: a VPC has no two alike.
  const [third = 0, fourth = 0] = randomBytes(2);
  const CidrBlock = `10.0.${16 + (third % 200)}.${fourth & 0xf0}/28`;
  const made = await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone: 'eu-central-1a' }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnets[1], AllocationId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }));
  const { RouteTableId } = RouteTable ?? {};
  const NatGatewayId = NatGateway?.NatGatewayId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }));
  const SubnetId = made.Subnet?.SubnetId;
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return SubnetId ?? '';
}

/** How an instance reaches the internet, or is reached from there. All but the first two stand in a VPC of their own, as they concern all of it. */
export const ways = [
  'an internet gateway',
  'a NAT gateway',
  'a network load balancer',
  'Global Accelerator',
  'a subnet that another account shares',
  'a VPC in which open rules are stripped',
] as const;
export type Way = (typeof ways)[number];

interface Place {
  readonly subnet: string;
  readonly groups: Network['groups'];
  /** Whether an instance there gets an Elastic IP. */
  readonly addressed: boolean;
  /** What is done once it is there. */
  readonly reached?: ((instance: string) => Promise<unknown>) | undefined;
}

/** A balancer in front of it, of which it is a target by its id. */
async function balanced(deployment: Deployment, { vpc, subnets }: Network): Promise<Place['reached']> {
  const elb = deployment.client(ElasticLoadBalancingV2Client, 'member');
  const Name = `net-${randomBytes(4).toString('hex')}`;
  await elb.send(new CreateLoadBalancerCommand({ Name, Subnets: [...subnets], Type: 'network' }));
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'TCP', Port: 443, VpcId: vpc, TargetType: 'instance' }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  return (Id) => elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port: 443 }] }));
}

/** The hub's account owns the VPC, whose way out is a NAT gateway, and shares the subnet; groups are the member's own. */
async function shared({ client, sandbox }: Deployment): Promise<Place> {
  const theirs = client(EC2Client, 'hub');
  const { vpc, subnets } = await makeVpc(theirs);
  const subnet = await behindNat(theirs, { vpc, subnets });
  const { hub: account, member } = sandbox.accounts;
  await sandbox.post('/_sandbox/share-subnet', { account, with: member, subnet });
  return { subnet, groups: await makeGroups(client(EC2Client, 'member'), vpc), addressed: false };
}

/** What is to let nobody in by mistake takes such rules away by itself. */
async function stripping(ec2: EC2Client, network: Network): Promise<Network> {
  await ec2.send(new CreateTagsCommand({ Resources: [network.vpc], Tags: [{ Key: 'open-rules', Value: 'stripped' }] }));
  return network;
}

/** Where an instance goes that is to be reached in this way. */
export async function networkFor(deployment: Deployment, network: Network, way: Way): Promise<Place> {
  const ec2 = deployment.client(EC2Client, 'member');
  const { sandbox } = deployment;
  const at = ({ subnets: [subnet], groups }: Network): Place => ({ subnet, groups, addressed: true });
  if (way === 'an internet gateway') return at(network);
  if (way === 'a NAT gateway') return { ...at(network), subnet: await behindNat(ec2, network), addressed: false };
  if (way === 'a subnet that another account shares') return shared(deployment);
  const own = await makeNetwork(ec2);
  if (way === 'a VPC in which open rules are stripped') return at(await stripping(ec2, own));
  if (way === 'a network load balancer') return { ...at(own), reached: await balanced(deployment, own) };
  const account = sandbox.accounts.member;
  return { ...at(own), reached: (instanceId) => sandbox.post('/_sandbox/accelerate', { account, instanceId }) };
}
