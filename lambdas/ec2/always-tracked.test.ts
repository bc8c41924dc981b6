import { expect, test } from 'vitest';
import type { Session } from '../runtime/session.ts';
import { alwaysTracked } from './always-tracked.ts';
import type { Interface } from './instance/target.ts';
import { outlastingSentence } from './measure-blast-radius/plan.ts';

const at = (id: string, vpc: string): Interface => ({
  id,
  vpc,
  subnet: `subnet-${id}`,
  groups: [],
  publicAddress: null,
});
const main = (VpcId: string, ...Routes: object[]) => ({ VpcId, Associations: [{ Main: true }], Routes });
const [local, igw] = [{ GatewayId: 'local' }, { GatewayId: 'igw-1' }];

function ec2(RouteTables: object[], NetworkInterfaces: object[] = []): Session {
  const send = async ({ constructor: { name } }: object) =>
    name === 'DescribeRouteTablesCommand' ? { RouteTables } : { NetworkInterfaces };
  return { client: () => ({ send }) } as unknown as Session;
}

test.each([
  ['a NAT gateway', [{ NatGatewayId: 'nat-1' }], [], ['nat-1']],
  [
    'a transit gateway and a peering',
    [{ TransitGatewayId: 'tgw-1' }, { VpcPeeringConnectionId: 'pcx-1' }],
    [],
    ['tgw-1', 'pcx-1'],
  ],
  ['a virtual private gateway', [{ GatewayId: 'vgw-1' }], [], ['vgw-1']],
  ['what this version does not know', [{ CoreNetworkArn: 'arn' }], [], ['a gateway of another kind']],
  ['two balancers, said once', [igw], ['network_load_balancer', 'network_load_balancer'], ['a network load balancer']],
  ['Global Accelerator', [igw], ['global_accelerator_managed'], ['Global Accelerator']],
])('names %s', async (_, routes, standing, passed) => {
  const interfaces = standing.map((InterfaceType) => ({ InterfaceType, VpcId: 'vpc-1' }));
  const found = await alwaysTracked(
    { interfaces: [at('eni-1', 'vpc-1')] },
    ec2([main('vpc-1', local, ...routes)], interfaces),
  );
  expect([...found]).toEqual([['eni-1', passed]]);
});

test('names an interface by its own VPC, and nothing where an internet gateway is the only way', async () => {
  const interfaces = [at('eni-1', 'vpc-1'), at('eni-2', 'vpc-2'), at('eni-3', 'vpc-3')];
  const found = await alwaysTracked(
    { interfaces },
    ec2([main('vpc-1', local, igw), main('vpc-2', { NatGatewayId: 'nat-2' })]),
  );
  expect([...found]).toEqual([
    ['eni-2', ['nat-2']],
    ['eni-3', ['routes that are not shown to us']],
  ]);
  expect(outlastingSentence(found)).toBe(
    'Open connections of eni-2, eni-3 through nat-2 or routes that are not shown to us outlast the quarantine: a question for more follows',
  );
  expect(outlastingSentence(new Map())).toBeNull();
});
