import { randomBytes } from 'node:crypto';
import {
  CloudTrailClient,
  CreateTrailCommand,
  type EventSelector,
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
} from '@aws-sdk/client-config-service';
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsRequest,
  CreateVpcCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateDetectorCommand, GetDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readCloudTrail } from '../../../lib/domain/finding/cloudtrail.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { type Log, log, nameOf, writerOf } from './target.ts';

const logs = 'world-trail-logs';
const word = (): string => randomBytes(4).toString('hex');

/** The call that switched it off, as CloudTrail has it on record. */
function calledIn({ deployment }: Ground, service: string, eventName: string, requestParameters: object): Finding {
  const { accounts, region } = deployment.sandbox;
  return readCloudTrail(
    {
      eventID: word(),
      eventName,
      eventSource: `${service}.amazonaws.com`,
      eventTime: new Date().toISOString(),
      awsRegion: region,
      recipientAccountId: accounts.member,
      requestParameters,
      userIdentity: { type: 'IAMUser', userName: `mallory-${word()}`, accountId: accounts.member },
    },
    null,
  );
}

/** What hides a thief's work and costs nobody a call: reading only, and of objects nobody has. */
const blind: EventSelector[] = [
  {
    ReadWriteType: 'ReadOnly',
    IncludeManagementEvents: false,
    DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::nobodys/'] }],
    ExcludeManagementEventSources: [],
  },
];

async function trailIn({ client }: Ground['deployment']): Promise<string> {
  const Name = `trail-${word()}`;
  const trails = client(CloudTrailClient, 'member');
  await trails.send(new CreateTrailCommand({ Name, S3BucketName: logs }));
  await trails.send(new StartLoggingCommand({ Name }));
  return Name;
}

async function stoppedTrail(ground: Ground): Promise<Finding> {
  const Name = await trailIn(ground.deployment);
  const trails = ground.deployment.client(CloudTrailClient, 'member');
  await trails.send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors: blind }));
  await trails.send(new StopLoggingCommand({ Name }));
  return calledIn(ground, 'cloudtrail', 'StopLogging', { name: Name });
}

async function narrowedTrail(ground: Ground): Promise<Finding> {
  const TrailName = await trailIn(ground.deployment);
  const fields = [
    { Field: 'eventCategory', Equals: ['Management'] },
    { Field: 'readOnly', Equals: ['true'] },
  ];
  const AdvancedEventSelectors = [{ Name: 'nothing that matters', FieldSelectors: fields }];
  const command = new PutEventSelectorsCommand({ TrailName, AdvancedEventSelectors });
  await ground.deployment.client(CloudTrailClient, 'member').send(command);
  return calledIn(ground, 'cloudtrail', 'PutEventSelectors', { trailName: TrailName });
}

async function disabledDetector(ground: Ground): Promise<Finding> {
  const { DetectorId: detectorId } = await ground.deployment
    .client(GuardDutyClient, 'member')
    .send(new CreateDetectorCommand({ Enable: false }));
  return calledIn(ground, 'guardduty', 'UpdateDetector', { detectorId, enable: false });
}

async function stoppedRecorder(ground: Ground): Promise<Finding> {
  const { accounts } = ground.deployment.sandbox;
  const name = `recorder-${word()}`;
  const roleARN = `arn:aws:iam::${accounts.member}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
  const command = new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name, roleARN } });
  await ground.deployment.client(ConfigServiceClient, 'member').send(command);
  return calledIn(ground, 'config', 'StopConfigurationRecorder', { configurationRecorderName: name });
}

/** The VPC of each flow log that was deleted here. */
const vpcs = new Map<string, string>();

/** A flow log that AWS Config has known for a month, deleted by a thief. */
async function deletedFlowLog(ground: Ground, to: Partial<CreateFlowLogsRequest>): Promise<Finding> {
  const ec2 = ground.deployment.client(EC2Client, 'member');
  const { Vpc: { VpcId = '' } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.200.0.0/24' }));
  const { FlowLogIds: [content = ''] = [] } = await ec2.send(
    new CreateFlowLogsCommand({ ResourceType: 'VPC', ResourceIds: [VpcId], TrafficType: 'REJECT', ...to }),
  );
  vpcs.set(content, VpcId);
  await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [content] }));
  return calledIn(ground, 'ec2', 'DeleteFlowLogs', { deleteFlowLogsRequest: { flowLogId: { tag: 1, content } } });
}

const flowLogToBucket = (ground: Ground): Promise<Finding> =>
  deletedFlowLog(ground, {
    LogDestinationType: 's3',
    LogDestination: `arn:aws:s3:::${logs}/flows`,
    LogFormat: ['srcaddr', 'dstaddr', 'action'].map((field) => `\${${field}}`).join(' '),
    MaxAggregationInterval: 60,
    DestinationOptions: { FileFormat: 'parquet', HiveCompatiblePartitions: false, PerHourPartition: true },
  });

async function flowLogToGroup(ground: Ground): Promise<Finding> {
  const DeliverLogsPermissionArn = `arn:aws:iam::${ground.deployment.sandbox.accounts.member}:role/flow-logs`;
  return deletedFlowLog(ground, { LogGroupName: `flows-${word()}`, DeliverLogsPermissionArn });
}

/** All flow logs of its VPC, as they stand: an id, and what has made it, is new each time. */
async function flowsOf({ client }: Stage, target: Log): Promise<Picture> {
  const Filter = [{ Name: 'resource-id', Values: [vpcs.get(nameOf(target)) ?? ''] }];
  const { FlowLogs = [] } = await client(EC2Client, 'member').send(new DescribeFlowLogsCommand({ Filter }));
  return { flows: FlowLogs.map(({ FlowLogId: _, CreationTime: __, Tags: ___, ...one }) => one) };
}

async function look(stage: Stage, target: Log): Promise<Picture> {
  const { client } = stage;
  const writer = writerOf(target);
  if (writer === 'vpc-flow-log') return flowsOf(stage, target);
  if (writer === 'trail') {
    const trails = client(CloudTrailClient, 'member');
    const Name = log.arn(target);
    const [{ IsLogging }, { EventSelectors, AdvancedEventSelectors }] = await Promise.all([
      trails.send(new GetTrailStatusCommand({ Name })),
      trails.send(new GetEventSelectorsCommand({ TrailName: Name })),
    ]);
    return { on: IsLogging, plain: EventSelectors, advanced: AdvancedEventSelectors };
  }
  if (writer === 'detector') {
    const command = new GetDetectorCommand({ DetectorId: nameOf(target) });
    return { on: (await client(GuardDutyClient, 'member').send(command)).Status };
  }
  const command = new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames: [nameOf(target)] });
  const { ConfigurationRecordersStatus: [status] = [] } = await client(ConfigServiceClient, 'member').send(command);
  return { on: status?.recording };
}

/** Somebody else selects what they need; of the others there is only on and off. */
async function meddle({ client }: Stage, target: Log): Promise<void> {
  if (writerOf(target) !== 'trail') return;
  const [first = {}] = blind;
  const EventSelectors = [{ ...first, ReadWriteType: 'WriteOnly' as const, IncludeManagementEvents: true }];
  const command = new PutEventSelectorsCommand({ TrailName: log.arn(target), EventSelectors });
  await client(CloudTrailClient, 'member').send(command);
}

export const world: World<Log> = {
  shapes: {
    'a stopped trail': stoppedTrail,
    'a narrowed trail': narrowedTrail,
    'a disabled detector': disabledDetector,
    'a stopped recorder': stoppedRecorder,
    'a deleted flow log, to a bucket': flowLogToBucket,
    'a deleted flow log, to a log group': flowLogToGroup,
  },
  prepare: async (client) => {
    await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket: logs }));
    const ConfigurationRecorder = { name: 'world', roleARN: 'arn:aws:iam::111122223333:role/config' };
    await client(ConfigServiceClient, 'member').send(new PutConfigurationRecorderCommand({ ConfigurationRecorder }));
  },
  look,
  meddle,
};
