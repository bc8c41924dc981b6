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

async function look({ client }: Stage, target: Log): Promise<Picture> {
  const writer = writerOf(target);
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
  },
  prepare: async (client) => {
    await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket: logs }));
  },
  look,
  meddle,
};
