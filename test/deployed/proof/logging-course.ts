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
}

const word = randomBytes(4).toString('hex');

/** Everything on, as it should be. */
export async function logsOf({ client, sandbox }: Attached): Promise<Logs> {
  const [trails, config] = [client(CloudTrailClient, 'member'), client(ConfigServiceClient, 'member')];
  const Bucket = `all-${randomBytes(4).toString('hex')}-logs`;
  const [trail, recorder] = [`all-${word}`, `recorder-${word}`];
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await trails.send(new CreateTrailCommand({ Name: trail, S3BucketName: Bucket, IsMultiRegionTrail: true }));
  await trails.send(new StartLoggingCommand({ Name: trail }));
  const roleARN = `arn:aws:iam::${sandbox.accounts.member}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
  await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: recorder, roleARN } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: recorder }));
  const { DetectorId: detector = '' } = await client(GuardDutyClient, 'member').send(
    new CreateDetectorCommand({ Enable: true }),
  );
  return { trail, recorder, detector };
}

/** Whether each is on, and whether the trail takes all management events. */
export async function isOn({ client }: Attached, { trail, detector, recorder }: Logs) {
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
  };
}

export const allOn = { trail: true, management: true, detector: 'ENABLED', recorder: true };
export const allOff = { trail: false, management: false, detector: 'DISABLED', recorder: false };

/** Somebody's keys who may do anything to logs. */
async function mallory(deployment: Attached) {
  const { name, key } = await hire(deployment, `mallory-${word}`, { older: 'none', path: '/' });
  const statement = { Effect: 'Allow', Action: ['cloudtrail:*', 'guardduty:*', 'config:*'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const policy = { UserName: name, PolicyName: 'logs', PolicyDocument };
  await deployment.client(IAMClient, 'member').send(new PutUserPolicyCommand(policy));
  return key;
}

/** The thief switches all of it off, each by the call that does it. What is narrowed once the trail has stopped is on no record. */
export async function switchOff(
  deployment: Attached,
  credentials: Credentials,
  { trail, detector, recorder }: Logs,
): Promise<string> {
  const guardDuty = deployment.client(GuardDutyClient, 'member', credentials);
  const config = deployment.client(ConfigServiceClient, 'member', credentials);
  const trails = deployment.client(CloudTrailClient, 'member', credentials);
  await guardDuty.send(new UpdateDetectorCommand({ DetectorId: detector, Enable: false }));
  await config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName: recorder }));
  await trails.send(new StopLoggingCommand({ Name: trail }));
  const EventSelectors = [{ ReadWriteType: 'WriteOnly' as const, IncludeManagementEvents: true, DataResources: [] }];
  await trails.send(new PutEventSelectorsCommand({ TrailName: trail, EventSelectors }));
  return until('the incident', async () => {
    const found = await Promise.all([detector, recorder, trail].map((one) => incidentsAbout(deployment, one)));
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
  const runs = await allEnd(deployment, { incident, words, least: 4, decide });
  tried.push(await tryTheft(deployment, thief));
  const released = await release(deployment, incident);
  tried.push(await tryTheft(deployment, thief));
  const after = await isOn(deployment, logs);
  await deployment.client(CloudTrailClient, 'member').send(new DeleteTrailCommand({ Name: logs.trail }));
  const { detector: DetectorId } = logs;
  await deployment.client(GuardDutyClient, 'member').send(new DeleteDetectorCommand({ DetectorId }));
  return { logs, incident, back, runs, released, after, tried };
});
