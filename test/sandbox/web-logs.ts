/** What the company of the stories logs besides: names that machines ask for, requests to its shop, and what WAF judges of them. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Listing, ListingClient } from '../../lambdas/logs/listing.ts';
import type { Deployment } from './deployment.ts';
import { type Estate, interfacesOf } from './estate.ts';

const word = randomBytes(4).toString('hex');
const webBucket = `example-corp-web-logs-${word}`;
/** As findings of the sandbox name it, and the name under which the thief's machine is asked for. */
export const [remote, pool] = ['198.51.100.7', 'pool.evil.example'];
const [dns, firewall] = [`/example-corp/dns-${word}`, `aws-waf-logs-${word}`];

/** What is logged, and by whom. */
export interface WebLogs {
  /** ARNs. */
  readonly balancer: string;
  readonly acl: string;
}

class CreateResolverQueryLogConfig extends Listing {
  readonly service = 'route53resolver';
  readonly target = 'Route53Resolver.CreateResolverQueryLogConfig';
}
class AssociateResolverQueryLogConfig extends Listing {
  readonly service = 'route53resolver';
  readonly target = 'Route53Resolver.AssociateResolverQueryLogConfig';
}
class CreateWebACL extends Listing {
  readonly service = 'wafv2';
  readonly target = 'AWSWAF_20190729.CreateWebACL';
}
class PutLoggingConfiguration extends Listing {
  readonly service = 'wafv2';
  readonly target = 'AWSWAF_20190729.PutLoggingConfiguration';
}

async function logQueries({ client, sandbox }: Deployment, vpc: string): Promise<void> {
  const resolver = client(ListingClient, 'member');
  const DestinationArn = `arn:aws:logs:${sandbox.region}:${sandbox.accounts.member}:log-group:${dns}`;
  const made = (await resolver.send(
    new CreateResolverQueryLogConfig({ Name: 'dns', DestinationArn, CreatorRequestId: word }),
  )) as { ResolverQueryLogConfig: { Id: string } };
  const ResolverQueryLogConfigId = made.ResolverQueryLogConfig.Id;
  await resolver.send(new AssociateResolverQueryLogConfig({ ResolverQueryLogConfigId, ResourceId: vpc }));
}

/** A load balancer writes into a bucket that S3 encrypts with a key of its own only (Elastic Load Balancing guide, "Enable access logs"). */
async function logRequests({ client, sandbox }: Deployment): Promise<string> {
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const CreateBucketConfiguration = { LocationConstraint: sandbox.region } as { LocationConstraint: 'eu-central-1' };
  await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket: webBucket, CreateBucketConfiguration }));
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['shop'] }));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  const Attributes = [
    { Key: 'access_logs.s3.enabled', Value: 'true' },
    { Key: 'access_logs.s3.bucket', Value: webBucket },
    { Key: 'access_logs.s3.prefix', Value: 'shop' },
  ];
  await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  return LoadBalancerArn;
}

async function logJudgements({ client, sandbox }: Deployment): Promise<string> {
  const waf = client(ListingClient, 'member');
  const VisibilityConfig = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'shop' };
  const rules = { DefaultAction: { Allow: {} }, VisibilityConfig, Rules: [] };
  const made = (await waf.send(new CreateWebACL({ Name: `shop-${word}`, Scope: 'REGIONAL', ...rules }))) as {
    Summary: { ARN: string };
  };
  const ResourceArn = made.Summary.ARN;
  const to = `arn:aws:logs:${sandbox.region}:${sandbox.accounts.member}:log-group:${firewall}`;
  const LoggingConfiguration = { ResourceArn, LogDestinationConfigs: [to] };
  await waf.send(new PutLoggingConfiguration({ LoggingConfiguration }));
  return ResourceArn;
}

export async function keepWebLogs(deployment: Deployment, { vpc }: Estate): Promise<WebLogs> {
  const logs = deployment.client(CloudWatchLogsClient, 'member');
  for (const logGroupName of [dns, firewall]) {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'all' }));
  }
  await logQueries(deployment, vpc);
  return { balancer: await logRequests(deployment), acl: await logJudgements(deployment) };
}

async function write({ client }: Deployment, logGroupName: string, ...records: readonly object[]): Promise<void> {
  const logEvents = records.map((record) => ({ timestamp: Date.now(), message: JSON.stringify(record) }));
  await client(CloudWatchLogsClient, 'member').send(
    new PutLogEventsCommand({ logGroupName, logStreamName: 'all', logEvents }),
  );
}

/** How the thief came in: a request that WAF saw through and only counted, in the words of its logs and of the balancer's. */
export async function writeVisit(deployment: Deployment, { balancer, acl }: WebLogs, instance: string): Promise<void> {
  const { client, sandbox } = deployment;
  const target = await addressOf(deployment, instance);
  const [now, account] = [new Date(), sandbox.accounts.member];
  const uri = '/search';
  const args = 'q=1%27%20UNION%20SELECT%20password%20FROM%20users--';
  const rule = 'SQLi_QUERYARGUMENTS';
  const match = [{ conditionType: 'SQL_INJECTION', location: 'ALL_QUERY_ARGS', matchedData: ['1', 'union', 'select'] }];
  await write(deployment, firewall, {
    timestamp: now.getTime(),
    formatVersion: 1,
    webaclId: acl,
    terminatingRuleId: 'Default_Action',
    terminatingRuleType: 'REGULAR',
    action: 'ALLOW',
    terminatingRuleMatchDetails: [],
    httpSourceName: 'ALB',
    httpSourceId: `${account}-${balancer.split(':loadbalancer/')[1]}`,
    ruleGroupList: [],
    nonTerminatingMatchingRules: [{ ruleId: rule, action: 'COUNT', ruleMatchDetails: match }],
    httpRequest: {
      clientIp: remote,
      country: 'ZZ',
      headers: [{ name: 'Host', value: 'shop.example.com' }],
      uri,
      args,
      httpVersion: 'HTTP/1.1',
      httpMethod: 'GET',
      requestId: `1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    },
  });
  const name = balancer.split(':loadbalancer/')[1] ?? '';
  const line = `https ${now.toISOString()} ${name} ${remote}:40112 ${target}:443 0.001 0.004 0.000 200 200 512 8192 "GET https://shop.example.com:443${uri}?${args} HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 - "Root=1-0" "shop.example.com" "-" 0 ${now.toISOString()} "forward" "-" "-" "${target}:443" "200" "-" "-" TID_0`;
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/');
  const minute = `${now.toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
  const file = `${account}_elasticloadbalancing_${sandbox.region}_${name.replaceAll('/', '.')}_${minute}_10.0.0.5_${randomBytes(4).toString('hex')}.log.gz`;
  const Key = `shop/AWSLogs/${account}/elasticloadbalancing/${sandbox.region}/${day}/${file}`;
  await client(S3Client, 'member').send(new PutObjectCommand({ Bucket: webBucket, Key, Body: gzipSync(`${line}\n`) }));
}

async function addressOf({ client }: Deployment, instance: string): Promise<string> {
  const [first] = await interfacesOf(client(EC2Client, 'member'), instance);
  return first?.PrivateIpAddress ?? '';
}

/** The instance asks for the thief's machine by its name; an innocent one asks for something else. */
export async function writeQueries(deployment: Deployment, { vpc }: Estate, instance: string): Promise<void> {
  const address = await addressOf(deployment, instance);
  const query = (name: string, from: string, source: string, answer: string) => ({
    version: '1.100000',
    account_id: deployment.sandbox.accounts.member,
    region: deployment.sandbox.region,
    vpc_id: vpc,
    query_timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    query_name: `${name}.`,
    query_type: 'A',
    query_class: 'IN',
    rcode: 'NOERROR',
    answers: [{ Rdata: answer, Type: 'A', Class: 'IN' }],
    srcaddr: source,
    srcport: '40001',
    transport: 'UDP',
    srcids: { instance: from },
  });
  await write(
    deployment,
    dns,
    query(pool, instance, address, remote),
    query('updates.example.com', 'i-0aaaaaaaaaaaaaaaa', '10.0.0.200', '192.0.2.10'),
  );
}
