/**
 * Every account and Region is heard: what happens far from the hub is forwarded to it, is answered once, and counts for no more than its
 * sender may say. The forwarders were made of the bytes that the StackSets hold.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateDetectorCommand,
  DeleteDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { GetRoleCommand, IAMClient, type Tag, TagRoleCommand } from '@aws-sdk/client-iam';
import { GetQueueUrlCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rolesVersionTag } from '../../lib/domain/roles-version.ts';
import { heardItem } from '../../lib/items/heard.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { findingAbout } from '../sandbox/finding.ts';
import { invoke } from '../sandbox/invoke.ts';
import { makeStack, type Place } from '../sandbox/stacks.ts';
import { newIncidents } from '../scenario/runs.ts';

const deployment = deployed();
const { sandbox, outputs } = deployment;
const [, second = '', third = ''] = sandbox.members;
const [home = '', , far = ''] = sandbox.regions;
const { hub } = sandbox.accounts;
const word = randomBytes(4).toString('hex');
const patience = { timeout: 600_000 };

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: object;
}
const publish = (place: Place, entry: Entry) => sandbox.post('/_sandbox/aws-event', { ...place, entry });

const guardDuty = ({ account, region }: Place, instance: string): Entry => {
  const about = { ...findingAbout(deployment, instance, { profileArn: null }), accountId: account, region };
  const arn = about.arn.replace(/guardduty:[^:]+:\d+/, `guardduty:${region}:${account}`);
  return { Source: 'aws.guardduty', DetailType: 'GuardDuty Finding', Detail: { ...about, arn } };
};

const call = ({ account, region }: Place, service: string, eventName: string, requestParameters: object): Entry => ({
  Source: `aws.${service}`,
  DetailType: 'AWS API Call via CloudTrail',
  Detail: {
    eventID: randomBytes(8).toString('hex'),
    eventName,
    eventSource: `${service}.amazonaws.com`,
    eventTime: new Date().toISOString(),
    awsRegion: region,
    recipientAccountId: account,
    userIdentity: { type: 'IAMUser', userName: `eve-${word}-${eventName}`, accountId: account, accessKeyId: 'AKIAEVE' },
    requestParameters,
  },
});

const runsAbout = (text: string) =>
  sandbox.post<{ status: string; output: string | null }[]>('/_sandbox/runs', { about: [text] });

/** The incidents about something, once as many runs have ended as its copies started. */
async function answers(text: string, runs: number) {
  for (const end = Date.now() + 40_000; Date.now() < end; await sleep(100)) {
    const begun = await runsAbout(text);
    const found = (await newIncidents(deployment)).filter(({ resource }) => String(resource).includes(text));
    if (begun.length >= runs && found.length > 0) return { begun: begun.length, found };
  }
  throw new Error(`Nobody answered ${text}.`);
}

describe('answered once', patience, () => {
  test('a finding in the second member and the third Region, which the member and the administrator both receive', async () => {
    const place = { account: second, region: far };
    const instance = `i-${randomBytes(8).toString('hex')}`;
    await publish(place, guardDuty(place, instance));
    const { begun, found } = await answers(instance, 1);
    expect(found.map(({ playbook, resource }) => [playbook, resource])).toEqual([
      ['ec2-instance-compromise', `arn:aws:ec2:${far}:${second}:instance/${instance}`],
    ]);
    expect(begun).toBe(1);
  });

  test('a call to IAM, which is recorded in us-east-1 wherever it was made', async () => {
    const place = { account: third, region: home };
    const userName = `leaky-${word}`;
    const policyArn = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
    await publish(place, call(place, 'iam', 'AttachUserPolicy', { userName, policyArn }));
    const { begun, found } = await answers(userName, 1);
    expect(found.map(({ playbook }) => playbook)).toEqual(['iam-access-key']);
    expect(begun).toBe(1);
  });

  test('a trail that is stopped in a member, though the event arrives twice', async () => {
    const place = { account: third, region: far };
    const stopped = call(place, 'cloudtrail', 'StopLogging', { name: `trail-${word}` });
    await Promise.all([publish(place, stopped), publish(place, stopped)]);
    const { found } = await answers(`trail-${word}`, 2);
    expect(found.map(({ playbook }) => playbook)).toEqual(['defence-impairment']);
  });
});

describe('forwarders', patience, () => {
  const nameOf = ({ account, region }: Place): string => `${account} in ${region}`;
  const sweep = async (place: Place) => {
    const { deaf, forwarders } = await invoke<{ deaf: string[]; forwarders: string[] }>(deployment, 'clock-sweep');
    return { deaf, forwarders: forwarders.filter((one) => one.includes(nameOf(place))) };
  };
  const table = () => deployment.client(DynamoDBClient, 'hub');
  const itemOf = ({ account, region }: Place) => ({
    TableName: outputs.TableName ?? '',
    Key: marshall(heardItem.key(account, region)),
  });
  const beat = async (place: Place) => {
    const started = new Date().toISOString();
    await sandbox.post('/_sandbox/fire', { schedule: 'default/tourniquet-forwarder-alive', ...place });
    const heardAt = async () => {
      const { Item = {} } = await table().send(new GetItemCommand({ ...itemOf(place), ConsistentRead: true }));
      return String(unmarshall(Item).heardAt ?? '') > started;
    };
    await expect.poll(heardAt, { timeout: 30_000 }).toBe(true);
  };

  test('one that the configuration names and nobody has heard is told once, and once that it is heard', async () => {
    const place = { account: hub, region: far };
    // Another suite may have called the daily check before.
    await table().send(new DeleteItemCommand(itemOf(place)));
    expect((await sweep(place)).forwarders).toEqual([expect.stringContaining('has never been heard')]);
    expect((await sweep(place)).forwarders).toEqual([]);
    await beat(place);
    expect((await sweep(place)).forwarders).toEqual([`The forwarder of ${nameOf(place)} is heard again.`]);
    expect((await sweep(place)).forwarders).toEqual([]);
  });

  test('one of a member that the organisation alone knows is missed once it was heard', async () => {
    const place = { account: second, region: far };
    expect((await sweep(place)).forwarders).toEqual([]);
    await beat(place);
    const old = new Date(Date.now() - 27 * 3_600_000).toISOString();
    const set = { UpdateExpression: 'SET heardAt = :old', ExpressionAttributeValues: marshall({ ':old': old }) };
    await table().send(new UpdateItemCommand({ ...itemOf(place), ...set }));
    expect((await sweep(place)).forwarders).toEqual([expect.stringContaining(`has not been heard since ${old}`)]);
    await beat(place);
    expect((await sweep(place)).forwarders).toEqual([expect.stringContaining('is heard again')]);
  });

  test('what one could not deliver is told with where it lies', async () => {
    const place = { account: second, region: far };
    const queue = {
      endpoint: sandbox.endpoint,
      region: far,
      credentials: { accessKeyId: second, secretAccessKey: 'x' },
    };
    const sqs = new SQSClient(queue);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'tourniquet-forwarder-dead-letters' }));
    // The doctor looks at the same queue.
    onTestFinished(async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    const told = `1 events of ${nameOf(place)} could not be delivered`;
    expect((await sweep(place)).forwarders).toEqual([expect.stringContaining(told)]);
    expect((await sweep(place)).forwarders).toEqual([]);
  });

  test('a member that was heard and has older roles is told once, and shown, until the hub’s are deployed', async () => {
    await beat({ account: second, region: far });
    const check = async () => {
      const { members } = await invoke<{ members: string[] }>(deployment, 'clock-sweep');
      const { stdout } = await typed(['mode', '--json'], {
        AWS_ENDPOINT_URL: sandbox.endpoint,
        AWS_REGION: sandbox.region,
        AWS_ACCESS_KEY_ID: deployment.operators.olga.accessKeyId,
        AWS_SECRET_ACCESS_KEY: deployment.operators.olga.secretAccessKey,
      });
      const { outdated } = JSON.parse(stdout) as { outdated: { account: string; version: string | null }[] };
      return {
        told: members.filter((one) => one.includes(second)),
        shown: outdated.flatMap(({ account, version }) => (account === second ? [version] : [])),
      };
    };
    const credentials = { accessKeyId: second, secretAccessKey: 'x' };
    const iam = new IAMClient({ endpoint: sandbox.endpoint, region: far, credentials });
    const RoleName = 'tourniquet-read-evidence';
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const deployedTags = Role?.Tags?.filter(({ Key }) => Key === rolesVersionTag) ?? [];
    const older = '0.0.9+00000000';
    const tag = (Tags: Tag[]) => iam.send(new TagRoleCommand({ RoleName, Tags }));
    expect(await check()).toEqual({ told: [], shown: [] });
    await tag([{ Key: rolesVersionTag, Value: older }]);
    onTestFinished(() => void tag(deployedTags));
    const told = `${second} has roles of version ${older}, and the hub needs ${deployedTags[0]?.Value}: what is new is refused there. Deploy them: npx cdk deploy TourniquetRollout, in the hub.`;
    expect(await check()).toEqual({ told: [told], shown: [older] });
    expect(await check()).toEqual({ told: [], shown: [older] });
    await tag(deployedTags);
    expect(await check()).toEqual({ told: [], shown: [] });
  });

  test('a detector that was on, and that somebody took away, is told once', async () => {
    const place = { account: second, region: far };
    await beat(place);
    const look = async () => {
      const { detectors } = await invoke<{ detectors: string[] }>(deployment, 'clock-sweep');
      return detectors.filter((one) => one.includes(nameOf(place)));
    };
    const credentials = { accessKeyId: second, secretAccessKey: 'x' };
    const guard = new GuardDutyClient({ endpoint: sandbox.endpoint, region: far, credentials });
    const { DetectorIds = [] } = await guard.send(new ListDetectorsCommand({}));
    const [DetectorId = (await guard.send(new CreateDetectorCommand({ Enable: true }))).DetectorId] = DetectorIds;
    await look();
    expect(await look()).toEqual([]);
    await guard.send(new DeleteDetectorCommand({ DetectorId }));
    if (DetectorIds.length > 0) onTestFinished(() => void guard.send(new CreateDetectorCommand({ Enable: true })));
    expect(await look()).toEqual([expect.stringContaining(`GuardDuty is off in ${nameOf(place)}, and was on at`)]);
    expect(await look()).toEqual([]);
  });

  test('a rule of the hub that somebody disables is found by the daily check', async () => {
    const events = deployment.client(EventBridgeClient, 'hub');
    const Name = 'tourniquet-failed-runs';
    await events.send(new DisableRuleCommand({ Name }));
    const home = { account: hub, region: far };
    const { deaf } = await sweep(home).finally(() => events.send(new EnableRuleCommand({ Name })));
    expect(deaf).toEqual([`The rule ${Name} is disabled: aws events enable-rule --name ${Name}`]);
    expect((await sweep(home)).deaf).toEqual([]);
  });
});

test('what a member forges about another account is not answered', patience, async () => {
  const instance = `i-${randomBytes(8).toString('hex')}`;
  const place = { account: second, region: far };
  // Whoever holds an account may forward anything under a real source: a rule gives its target any input.
  const bus = `arn:aws:events:${home}:${hub}:event-bus/default`;
  const Forges = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], detail: { id: [word] } },
      Targets: [{ Id: 'Hub', Arn: bus, RoleArn: `arn:aws:iam::${second}:role/tourniquet-forward-${far}` }],
    },
  };
  await makeStack(sandbox, { ...place, name: `forger-${word}` }, JSON.stringify({ Resources: { Forges } }));
  const forged = guardDuty({ account: third, region: far }, instance);
  await publish(place, { ...forged, Detail: { ...forged.Detail, id: word } });
  const ended = async () => (await runsAbout(instance)).map(({ status, output }) => [status, output]);
  const why = `Account ${second} sent it about account ${third}, and is believed about itself alone`;
  await expect.poll(ended, { timeout: 30_000 }).toEqual([['SUCCEEDED', expect.stringContaining(why)]]);
  expect((await newIncidents(deployment)).filter(({ resource }) => String(resource).includes(instance))).toEqual([]);
});
