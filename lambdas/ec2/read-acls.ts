import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type NetworkAcl,
  paginateDescribeNetworkAcls,
} from '@aws-sdk/client-ec2';
import type { Session } from '../runtime/session.ts';
import type { Instance } from './instance/target.ts';
import { interfaceFrom } from './interface-from.ts';
import type { AclFacts } from './network-acls.ts';
import { networkInterfacesOf } from './network-interfaces.ts';

const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

/** Everything at once. Interfaces are taken as they were when the incident was opened: what was denied for them is found when they are gone. */
export async function readAcls(target: Instance, session: Session): Promise<AclFacts> {
  const client = session.client(EC2Client);
  const known = target.interfaces.length > 0 && target.interfaces.every(({ own }) => own);
  const interfaces = known ? target.interfaces : (await networkInterfacesOf(session, target.id)).map(interfaceFrom);
  if (interfaces.length === 0) return { interfaces, acls: [], tables: [], gateways: [], subnets: [] };
  const Filters = [{ Name: 'vpc-id', Values: unique(interfaces.map(({ vpc }) => vpc)) }];
  const inSubnets = [{ Name: 'subnet-id', Values: unique(interfaces.map(({ subnet }) => subnet)) }];
  const list = async () => {
    const found: NetworkAcl[] = [];
    for await (const { NetworkAcls = [] } of paginateDescribeNetworkAcls({ client }, { Filters }))
      found.push(...NetworkAcls);
    return found;
  };
  const [acls, { RouteTables = [] }, { NatGateways = [] }, { Subnets = [] }] = await Promise.all([
    list(),
    client.send(new DescribeRouteTablesCommand({ Filters })),
    client.send(new DescribeNatGatewaysCommand({ Filter: Filters })),
    client.send(new DescribeSubnetsCommand({ Filters: inSubnets })),
  ]);
  return { interfaces, acls, tables: RouteTables, gateways: NatGateways, subnets: Subnets };
}
