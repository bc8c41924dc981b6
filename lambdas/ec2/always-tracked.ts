import {
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { Session } from '../runtime/session.ts';
import type { Instance, Interface } from './instance/target.ts';

/**
 * What stands in a VPC as an interface and has every flow through it tracked (EC2 guide, "Automatically tracked connections"). No route shows these.
 */
const trackers: Readonly<Record<string, string>> = {
  network_load_balancer: 'a network load balancer',
  gateway_load_balancer: 'a gateway load balancer',
  gateway_load_balancer_endpoint: 'an endpoint of a gateway load balancer',
  global_accelerator_managed: 'Global Accelerator',
  vpc_endpoint: 'a VPC endpoint',
  lambda: 'functions',
};

/** By VPC, what stands in it, in words. */
async function trackersIn(ec2: EC2Client, vpcs: string[]): Promise<Map<string, string[]>> {
  const Filters = [
    { Name: 'vpc-id', Values: vpcs },
    { Name: 'interface-type', Values: Object.keys(trackers) },
  ];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  const found = NetworkInterfaces.flatMap(({ InterfaceType = '', VpcId = '' }) => {
    const words = trackers[InterfaceType];
    return words ? [{ vpc: VpcId, words }] : [];
  });
  const byVpc = Map.groupBy(found, ({ vpc }) => vpc);
  return new Map([...byVpc].map(([vpc, all]) => [vpc, [...new Set(all.map(({ words }) => words))]]));
}

/** What a route leads to: `nat-…`, `tgw-…`, `pcx-…`. */
const targetOf = (route: Route): string =>
  route.NatGatewayId ??
  route.TransitGatewayId ??
  route.VpcPeeringConnectionId ??
  route.NetworkInterfaceId ??
  route.GatewayId ??
  'a gateway of another kind';

/** Those of its routes that lead anywhere but into the VPC or through an internet gateway; null where none is shown. */
function waysOut({ vpc, subnet }: Interface, tables: readonly RouteTable[]): string[] | null {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  const main = tables.find(({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main));
  const routes = (own ?? main)?.Routes ?? [];
  if (routes.length === 0) return null;
  const plain = ({ GatewayId = '' }: Route) => GatewayId === 'local' || GatewayId.startsWith('igw-');
  return routes.filter((route) => !plain(route)).map(targetOf);
}

/**
 * Interfaces whose flows may be tracked whatever the rules, each with what they pass: their subnet routes anywhere but an internet gateway, its
 * routes are not shown to us, or something that always tracks stands in the VPC and may have them as a target. A change of groups does not end such flows.
 */
export async function alwaysTracked(
  { interfaces }: Pick<Instance, 'interfaces'>,
  session: Session,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ec2 = session.client(EC2Client);
  const vpcs = [...new Set(interfaces.map(({ vpc }) => vpc))];
  const asked = new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: vpcs }] });
  const [{ RouteTables = [] }, tracking] = await Promise.all([ec2.send(asked), trackersIn(ec2, vpcs)]);
  const passed = interfaces.map((one) => {
    const ways = waysOut(one, RouteTables) ?? ['routes that are not shown to us'];
    return [one.id, [...(tracking.get(one.vpc) ?? []), ...ways]] as const;
  });
  return new Map(passed.filter(([, what]) => what.length > 0));
}
