/** Whether packets still go: the sandbox moves none, so what AWS would do with them is worked out from what stands there. */
import { BlockList, isIPv6 } from 'node:net';
import {
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type NetworkAclEntry,
} from '@aws-sdk/client-ec2';

export type Flow = 'alive' | 'cut';

/** Rules are tried in the order of their numbers, and the first that matches decides (VPC guide, "Network ACL rules"). */
function lets(entries: readonly NetworkAclEntry[], egress: boolean, address: string): boolean {
  const matching = entries
    .filter(({ Egress }) => Egress === egress)
    .toSorted((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
    .find(({ CidrBlock, Ipv6CidrBlock, Protocol }) => {
      const [network = '', bits] = (isIPv6(address) ? Ipv6CidrBlock : CidrBlock)?.split('/') ?? [];
      if (!network || Protocol !== '-1') return false;
      const list = new BlockList();
      list.addSubnet(network, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
      return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
    });
  return matching?.RuleAction === 'allow';
}

/**
 * An attacker's connection with an address on the internet that was open before anything was done, and is tracked whatever the rules: a change
 * of groups does not end it (EC2 guide, "Connection tracking"); a network ACL that it passes does, and so does a guest that stops.
 */
export async function trackedFlow(ec2: EC2Client, instance: string, remote: string): Promise<Flow> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
  const found = Reservations?.[0]?.Instances?.[0];
  const { SubnetId: subnet = '', PrivateIpAddress: own = '', VpcId = '' } = found ?? {};
  if (found?.State?.Name !== 'running') return 'cut';
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const accelerators = [
    { Name: 'subnet-id', Values: [subnet] },
    { Name: 'interface-type', Values: ['global_accelerator_managed'] },
  ];
  const [{ NetworkAcls = [] }, { RouteTables = [] }, { NatGateways = [] }, { NetworkInterfaces = [] }] =
    await Promise.all([
      ec2.send(new DescribeNetworkAclsCommand({ Filters })),
      ec2.send(new DescribeRouteTablesCommand({ Filters })),
      ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters })),
      ec2.send(new DescribeNetworkInterfacesCommand({ Filters: accelerators })),
    ]);
  const rulesOf = (id: string | undefined): NetworkAclEntry[] =>
    NetworkAcls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id))?.Entries ?? [];
  // What comes in through Global Accelerator passes no network ACL, and its answers do (its developer guide, "Requirements for endpoints
  // with client IP address preservation").
  const judged = NetworkInterfaces.length > 0 ? [true] : [true, false];
  const passes = (id: string | undefined, address: string): boolean =>
    judged.every((egress) => lets(rulesOf(id), egress, address));
  const table =
    RouteTables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
    RouteTables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const out = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0')?.NatGatewayId;
  const gateway = NatGateways.find(({ NatGatewayId }) => out && NatGatewayId === out);
  // Before the gateway a packet shows the instance's own address, and behind it the gateway's.
  const through = !gateway || [own, remote].every((address) => passes(gateway.SubnetId, address));
  return passes(subnet, remote) && through ? 'alive' : 'cut';
}
