import {
  DescribeLoadBalancerAttributesCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancer,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { ListingClient, ListLoggingConfigurationsCommand } from '../listing.ts';
import { takeSent } from './destination.ts';
import type { Context, Room } from './files.ts';
import { count, few, found, type LogFile, type Span } from './plan.ts';
import { noRows, type Rows, rowOf, type Taken, untaken } from './taken.ts';

/** Balancers of a VPC, and web ACLs of a Region, whose logs are taken. */
const most = 10;

/** Those in the VPCs of an instance: who came to it from outside is in their logs. Which of them it stands behind may have changed since. */
async function balancersOf({ session, target }: Context): Promise<LoadBalancer[]> {
  const vpcs = target.kind === 'instance' ? target.interfaces.map(({ vpc }) => vpc) : [];
  if (vpcs.length === 0) return [];
  const all: LoadBalancer[] = [];
  const client = session.client(ElasticLoadBalancingV2Client);
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) all.push(...LoadBalancers);
  return all.filter(({ VpcId = '' }) => vpcs.includes(VpcId)).slice(0, most);
}

/** Where a balancer's access log goes; null where it keeps none. */
async function accessLog({ session, target }: Context, { LoadBalancerArn }: LoadBalancer): Promise<string | null> {
  const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn });
  const { Attributes = [] } = await session.client(ElasticLoadBalancingV2Client).send(command);
  const attribute = (key: string) => Attributes.find(({ Key }) => Key === `access_logs.s3.${key}`)?.Value ?? '';
  if (attribute('enabled') !== 'true') return null;
  return `arn:${target.partition}:s3:::${attribute('bucket')}/${attribute('prefix')}`;
}

/** Files have the end of the balancer's ARN in their names, with dots (Elastic Load Balancing guide, "Access log files"). */
function ownFiles({ LoadBalancerArn = '' }: LoadBalancer): (file: LogFile) => boolean {
  const name = LoadBalancerArn.split(':loadbalancer/')[1]?.replaceAll('/', '.');
  return ({ key }) => key.includes(`_${name}_`);
}

async function takeBalancer(context: Context, one: LoadBalancer, span: Span, room: Room): Promise<Taken> {
  const what = `access log of load balancer ${one.LoadBalancerName}`;
  try {
    const to = await accessLog(context, one);
    if (to === null) return untaken(`no ${what}`, 'not there');
    const below = `elasticloadbalancing/${context.target.region}/`;
    const isOwn = ownFiles(one);
    return await takeSent(context, { kind: 'network', what, to, below, isOwn, terms: [] }, span, room);
  } catch (error) {
    return untaken(`${what}: ${sentence(error)}`, isDenied(error) ? 'denied' : 'not read');
  }
}

const Logged = z.object({ ResourceArn: z.string(), LogDestinationConfigs: z.array(z.string()) });
type Logged = z.infer<typeof Logged>;
const AllLogged = z.object({ LoggingConfigurations: z.array(Logged).default([]) });

/** Web ACLs with a log; which of them stands before which balancer is in each record (WAF developer guide, "Log fields"). */
async function firewallLogs({ session }: Context): Promise<Logged[]> {
  const command = new ListLoggingConfigurationsCommand({ Scope: 'REGIONAL', Limit: most });
  return AllLogged.parse(await session.client(ListingClient).send(command)).LoggingConfigurations;
}

async function takeFirewall(context: Context, one: Logged, span: Span, room: Room): Promise<Taken> {
  const [to = ''] = one.LogDestinationConfigs;
  const name = one.ResourceArn.split('/')[2] ?? '';
  const below = `WAFLogs/${context.target.region}/${name}/`;
  return takeSent(context, { kind: 'network', what: `log of web ACL ${name}`, to, below, terms: [] }, span, room);
}

/** What load balancers of the instance's VPCs, and WAF before them, have of requests. */
export async function balancers(context: Context, span: Span, room: Room): Promise<Rows> {
  const all = await balancersOf(context);
  if (all.length === 0) return noRows;
  const firewalls = await firewallLogs(context);
  const taken: Taken[] = [];
  for (const one of all) taken.push(await takeBalancer(context, one, span, room));
  for (const one of firewalls) taken.push(await takeFirewall(context, one, span, room));
  if (firewalls.length === 0) taken.push(untaken('no web ACL of this Region keeps a log', 'not there'));
  if (taken.some(({ came }) => came !== 'not there')) return rowOf('network', taken, span);
  const names = few(all.map(({ LoadBalancerName = '' }) => LoadBalancerName));
  const words = `no access log of ${count(all.length, 'load balancer')} (${names}) in its VPCs, and none of WAF`;
  return { rows: [found('network', 'not enabled', words)], sealed: [] };
}
