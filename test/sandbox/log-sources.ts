/** Where the company of the stories keeps logs: a trail of what is done with objects, flow logs of its network, one bucket for both, which a key of its own encrypts. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateFlowLogsCommand, DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Deployment } from './deployment.ts';
import { type Estate, interfacesOf } from './estate.ts';
import { keepWebLogs, remote, type WebLogs, writeQueries, writeVisit } from './web-logs.ts';

const word = randomBytes(4).toString('hex');
export const logBucket = `example-corp-logs-${word}`;
const trail = `data-events-${word}`;

/** Calls that manage are not among them: each of those would be an event too, in all stories that follow. */
const onObjects = {
  ReadWriteType: 'All' as const,
  IncludeManagementEvents: false,
  DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
};

/** What is written into a bucket from now on, a key of the account encrypts. */
async function encrypt({ client }: Deployment, Bucket: string): Promise<void> {
  const { KeyMetadata } = await client(KMSClient, 'member').send(new CreateKeyCommand({}));
  const by = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: by }] };
  await client(S3Client, 'member').send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
}

/** What the company logs. */
export interface Kept {
  readonly flowLog: string;
  readonly web: WebLogs;
}

/** Switches on what the company logs. */
async function switchOn(deployment: Deployment, estate: Estate): Promise<Kept> {
  const { client, sandbox } = deployment;
  const { vpc } = estate;
  const [s3, trails, ec2] = [
    client(S3Client, 'member'),
    client(CloudTrailClient, 'member'),
    client(EC2Client, 'member'),
  ];
  const CreateBucketConfiguration = { LocationConstraint: sandbox.region } as { LocationConstraint: 'eu-central-1' };
  await s3.send(new CreateBucketCommand({ Bucket: logBucket, CreateBucketConfiguration }));
  await encrypt(deployment, logBucket);
  await trails.send(new CreateTrailCommand({ Name: trail, S3BucketName: logBucket, IsMultiRegionTrail: true }));
  await trails.send(new PutEventSelectorsCommand({ TrailName: trail, EventSelectors: [onObjects] }));
  await trails.send(new StartLoggingCommand({ Name: trail }));
  const where = { LogDestinationType: 's3', LogDestination: `arn:aws:s3:::${logBucket}` } as const;
  await ec2.send(new CreateFlowLogsCommand({ ResourceType: 'VPC', ResourceIds: [vpc], TrafficType: 'ALL', ...where }));
  const Filter = [{ Name: 'resource-id', Values: [vpc] }];
  const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ Filter }));
  return { flowLog: FlowLogs?.[0]?.FlowLogId ?? '', web: await keepWebLogs(deployment, estate) };
}

const kept = new WeakMap<Deployment, Promise<Kept>>();

/** The same, once a deployment. */
export function keepLogs(deployment: Deployment, estate: Estate): Promise<Kept> {
  const there = kept.get(deployment) ?? switchOn(deployment, estate);
  kept.set(deployment, there);
  return there;
}

const head =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** `20261130T1505Z`, as the names of log files have it. */
const stampOf = (now: Date): string => `${now.toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;

/** The flows of an instance to the thief's address that begin now, as AWS writes them (VPC user guide, "Flow log files"). */
async function writeFlows({ client, sandbox }: Deployment, flowLog: string, instance: string): Promise<void> {
  const account = sandbox.accounts.member;
  const [now, interfaces] = [new Date(), await interfacesOf(client(EC2Client, 'member'), instance)];
  const start = Math.floor(now.getTime() / 1000);
  const lines = interfaces.map(
    ({ NetworkInterfaceId, PrivateIpAddress }) =>
      `2 ${account} ${NetworkInterfaceId} ${PrivateIpAddress} ${remote} 49152 443 6 412 538112 ${start} ${start + 1} ACCEPT OK`,
  );
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/');
  const folder = `AWSLogs/${account}/vpcflowlogs/${sandbox.region}/${day}`;
  const name = `${account}_vpcflowlogs_${sandbox.region}_${flowLog}_${stampOf(now)}_${instance.slice(-8)}.log.gz`;
  const Body = gzipSync(`${[head, ...lines].join('\n')}\n`);
  await client(S3Client, 'member').send(new PutObjectCommand({ Bucket: logBucket, Key: `${folder}/${name}`, Body }));
}

/** A flow log of the subnets of an instance that goes to a log group, with a flow of each interface in it. */
export async function flowsInGroup({ client, sandbox }: Deployment, instance: string): Promise<string> {
  const [ec2, logs] = [client(EC2Client, 'member'), client(CloudWatchLogsClient, 'member')];
  const [logGroupName, interfaces] = [`flows-of-${instance}`, await interfacesOf(ec2, instance)];
  const account = sandbox.accounts.member;
  const role = `arn:aws:iam::${account}:role/flow-logs`;
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: 'Subnet',
      ResourceIds: [...new Set(interfaces.map(({ SubnetId = '' }) => SubnetId))],
      TrafficType: 'ALL',
      LogGroupName: logGroupName,
      DeliverLogsPermissionArn: role,
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const now = Date.now();
  for (const { NetworkInterfaceId: id, PrivateIpAddress: own } of interfaces) {
    const logStreamName = `${id}-all`;
    const message = `2 ${account} ${id} ${own} ${remote} 49153 443 6 9 4096 ${Math.floor(now / 1000) - 60} ${Math.floor(now / 1000)} ACCEPT OK`;
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp: now, message }] }));
  }
  return logGroupName;
}

/** The thief comes in through the shop. */
export async function breakIn(deployment: Deployment, estate: Estate, instance: string): Promise<void> {
  const { web } = await keepLogs(deployment, estate);
  await writeVisit(deployment, web, instance);
}

/** What was done so far arrives in the bucket, which on AWS takes minutes; of an instance that is robbed, what the network saw of it too. */
export async function deliverLogs(deployment: Deployment, estate: Estate, instance: string | null): Promise<void> {
  const { flowLog } = await keepLogs(deployment, estate);
  await deployment.sandbox.post('/_sandbox/deliver-logs', {});
  if (instance === null) return;
  await writeQueries(deployment, estate, instance);
  await writeFlows(deployment, flowLog, instance);
}
