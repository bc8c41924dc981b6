/** A thief narrows and stops what records and finds: it is on again by itself, people are asked who takes over, and the release puts it back. */
import { randomBytes } from 'node:crypto';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  DescribeConfigurationRecorderStatusCommand,
  PutConfigurationRecorderCommand,
  StartConfigurationRecorderCommand,
  StopConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsRequest,
  CreateVpcCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateDetectorCommand,
  DeleteDetectorCommand,
  GetDetectorCommand,
  GuardDutyClient,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from '../../sandbox/deployment.ts';
import { tryTheft } from '../../sandbox/estate.ts';
import { hire } from '../../sandbox/identities.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { incidentsAbout, release, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** What the company has, in the member account. */
export interface Logs {
  readonly trail: string;
  readonly detector: string;
  readonly recorder: string;
  /** Flow logs, and the VPC that they watch. */
  readonly toBucket: string;
  readonly toGroup: string;
  readonly vpc: string;
}

const word = randomBytes(4).toString('hex');

/** What there is of a VPC's traffic: all of it to a bucket, what is refused to a log group too. */
async function flowLogsOf({ client, sandbox }: Attached, bucket: string) {
  const ec2 = client(EC2Client, 'member');
  const { Vpc: { VpcId: vpc = '' } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.201.0.0/24' }));
  const make = async (to: Partial<CreateFlowLogsRequest>) => {
    const command = new CreateFlowLogsCommand({ ResourceType: 'VPC', ResourceIds: [vpc], TrafficType: 'ALL', ...to });
    const { FlowLogIds: [id = ''] = [] } = await ec2.send(command);
    return id;
  };
  const DeliverLogsPermissionArn = `arn:aws:iam::${sandbox.accounts.member}:role/flow-logs`;
  const toGroup = { TrafficType: 'REJECT', LogGroupName: `refused-${word}`, DeliverLogsPermissionArn } as const;
  return {
    vpc,
    toBucket: await make({ LogDestinationType: 's3', LogDestination: `arn:aws:s3:::${bucket}`, ...often }),
    toGroup: await make(toGroup),
  };
}
const often = {
  MaxAggregationInterval: 60,
  DestinationOptions: { FileFormat: 'parquet', PerHourPartition: true },
} as const;

/** Everything on, as it should be. */
export async function logsOf(deployment: Attached): Promise<Logs> {
  const { client, sandbox } = deployment;
  const [trails, config] = [client(CloudTrailClient, 'member'), client(ConfigServiceClient, 'member')];
  const Bucket = `all-${randomBytes(4).toString('hex')}-logs`;
  const [trail, recorder] = [`all-${word}`, `recorder-${word}`];
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await trails.send(new CreateTrailCommand({ Name: trail, S3BucketName: Bucket, IsMultiRegionTrail: true }));
  await trails.send(new StartLoggingCommand({ Name: trail }));
  const roleARN = `arn:aws:iam::${sandbox.accounts.member}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
  // Without a group it would leave users, roles and policies out.
  const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
  const ConfigurationRecorder = { name: recorder, roleARN, recordingGroup };
  await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: recorder }));
  const { DetectorId: detector = '' } = await client(GuardDutyClient, 'member').send(
    new CreateDetectorCommand({ Enable: true }),
  );
  return { trail, recorder, detector, ...(await flowLogsOf(deployment, Bucket)) };
}

/** The flow logs of the VPC, without what is new each time. */
async function flowsNow({ client }: Attached, { vpc }: Logs): Promise<string[]> {
  const Filter = [{ Name: 'resource-id', Values: [vpc] }];
  const { FlowLogs = [] } = await client(EC2Client, 'member').send(new DescribeFlowLogsCommand({ Filter }));
  const told = FlowLogs.map(
    ({ FlowLogStatus, TrafficType, LogDestinationType, MaxAggregationInterval, DestinationOptions }) =>
      [
        FlowLogStatus,
        TrafficType,
        LogDestinationType,
        MaxAggregationInterval,
        DestinationOptions?.FileFormat ?? '',
      ].join(' '),
  );
  return told.toSorted();
}

/** Whether each is on, and whether the trail takes all management events. */
export async function isOn(deployment: Attached, logs: Logs) {
  const { client } = deployment;
  const { trail, detector, recorder } = logs;
  const trails = client(CloudTrailClient, 'member');
  const ConfigurationRecorderNames = [recorder];
  const [{ IsLogging }, { EventSelectors = [] }, { Status }, { ConfigurationRecordersStatus = [] }] = await Promise.all(
    [
      trails.send(new GetTrailStatusCommand({ Name: trail })),
      trails.send(new GetEventSelectorsCommand({ TrailName: trail })),
      client(GuardDutyClient, 'member').send(new GetDetectorCommand({ DetectorId: detector })),
      client(ConfigServiceClient, 'member').send(
        new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames }),
      ),
    ],
  );
  return {
    trail: IsLogging,
    management: EventSelectors.some(
      ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents && ReadWriteType === 'All',
    ),
    detector: Status,
    recorder: ConfigurationRecordersStatus[0]?.recording,
    flows: await flowsNow(deployment, logs),
  };
}

const flows = ['ACTIVE ALL s3 60 parquet', 'ACTIVE REJECT cloud-watch-logs 600 '];
export const allOn = { trail: true, management: true, detector: 'ENABLED', recorder: true, flows };
export const allOff = { trail: false, management: false, detector: 'DISABLED', recorder: false, flows: [] };

/** Somebody's keys who may do anything to logs. */
async function mallory(deployment: Attached) {
  const { name, key } = await hire(deployment, `mallory-${word}`, { older: 'none', path: '/' });
  const statement = {
    Effect: 'Allow',
    Action: ['cloudtrail:*', 'guardduty:*', 'config:*', 'ec2:DeleteFlowLogs', 'logs:DeleteLogDelivery'],
    Resource: '*',
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const policy = { UserName: name, PolicyName: 'logs', PolicyDocument };
  await deployment.client(IAMClient, 'member').send(new PutUserPolicyCommand(policy));
  return key;
}

/** The thief switches all of it off, each by the call that does it. What is narrowed once the trail has stopped is on no record. */
export async function switchOff(
  deployment: Attached,
  credentials: Credentials,
  { trail, detector, recorder, toBucket, toGroup }: Logs,
): Promise<string> {
  const guardDuty = deployment.client(GuardDutyClient, 'member', credentials);
  const config = deployment.client(ConfigServiceClient, 'member', credentials);
  const trails = deployment.client(CloudTrailClient, 'member', credentials);
  const ec2 = deployment.client(EC2Client, 'member', credentials);
  await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [toBucket, toGroup] }));
  await guardDuty.send(new UpdateDetectorCommand({ DetectorId: detector, Enable: false }));
  await config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName: recorder }));
  await trails.send(new StopLoggingCommand({ Name: trail }));
  const EventSelectors = [{ ReadWriteType: 'WriteOnly' as const, IncludeManagementEvents: true, DataResources: [] }];
  await trails.send(new PutEventSelectorsCommand({ TrailName: trail, EventSelectors }));
  return until('the incident', async () => {
    const found = await Promise.all(
      [toBucket, detector, recorder, trail].map((one) => incidentsAbout(deployment, one)),
    );
    return found.flat()[0];
  });
}

/** What takes two people, or deletes, is declined. */
const decide: Decide = ({ question }) =>
  /^(lockdown|remove|deleteLogin)$/.test(String(question)) ? 'decline' : 'approve';

/** All of it, to the release: nothing that anybody has left behind. */
export const playLogging = once(async (deployment: Attached) => {
  const logs = await logsOf(deployment);
  const thief = await mallory(deployment);
  const tried = [await tryTheft(deployment, thief)];
  const incident = await switchOff(deployment, thief, logs);
  const back = await until('all logs to be on again', async () => {
    const now = await isOn(deployment, logs);
    return JSON.stringify(now) === JSON.stringify(allOn) ? now : undefined;
  });
  const words = Object.values(logs);
  const runs = await allEnd(deployment, { incident, words, least: 6, decide });
  tried.push(await tryTheft(deployment, thief));
  const released = await release(deployment, incident);
  tried.push(await tryTheft(deployment, thief));
  const after = await isOn(deployment, logs);
  await deployment.client(CloudTrailClient, 'member').send(new DeleteTrailCommand({ Name: logs.trail }));
  const { detector: DetectorId } = logs;
  await deployment.client(GuardDutyClient, 'member').send(new DeleteDetectorCommand({ DetectorId }));
  return { logs, incident, back, runs, released, after, tried };
});
