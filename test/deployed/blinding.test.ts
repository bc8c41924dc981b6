/** What makes us blind: logs are on again by themselves, people are told of the rest with the command that undoes it, and of what is done to Tourniquet itself. */
import { randomBytes } from 'node:crypto';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { throughGateway } from '../sandbox/deployment.ts';
import { itemsOf, newIncidents } from '../scenario/runs.ts';
import { incidentsAbout, until } from './credentials/incident.ts';
import { deployed, messagesOf } from './deployed.ts';
import { allOff, allOn, playLogging } from './proof/logging-course.ts';
import { administrator } from './proof/probe.ts';

const deployment = deployed();
const { client, sandbox, outputs } = deployment;
const { accounts, region } = sandbox;
const word = randomBytes(4).toString('hex');
const patience = 240_000;

test(
  'a trail, a detector and a recorder that a thief switches off, and two flow logs that one call deletes, are on again by themselves, in one incident, in which the thief is a target too; released, all is as it was found',
  async () => {
    const { logs, incident, back, runs, released, after, tried } = await playLogging(deployment);
    expect(back).toEqual(allOn);
    // What our own roles do to them is on the trail too, and opens nothing.
    expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
    expect(tried).toEqual(['allowed', 'denied', 'allowed']);
    const about = await Promise.all(Object.values(logs).map((one) => incidentsAbout(deployment, one)));
    expect(new Set(about.flat())).toEqual(new Set([incident]));
    const items = await itemsOf(deployment, `INC#${incident}`);
    const states = items.filter(({ sk }) => sk.startsWith('BEFORE#switch-logging-on'));
    expect(states.map(({ before }) => (before as { recording: boolean }).recording)).toEqual(Array(5).fill(false));
    const done = items.filter(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'switch-logging-on');
    const outcomes = done.map(({ operation, result }) => `${operation} ${(result as { outcome: string }).outcome}`);
    expect(outcomes.toSorted()).toEqual(
      ['applied', 'released', 'verified'].flatMap((outcome) =>
        Array(5).fill(`${{ applied: 'apply', released: 'release', verified: 'verify' }[outcome]} ${outcome}`),
      ),
    );
    // Whoever did all of it is answered once, in the same incident.
    const threats = Object.values(
      z
        .object({ threats: z.record(z.string(), z.looseObject({ playbook: z.string() })) })
        .parse(items.find(({ sk }) => sk === 'META')).threats,
    );
    expect(threats.map(({ playbook }) => playbook).toSorted()).toEqual([
      ...Array(5).fill('defence-impairment'),
      'iam-access-key',
    ]);
    // Whoever switched it off may not answer what is asked about it.
    const asked = items.filter(({ sk }) => sk.startsWith('APPROVAL#') && !String(sk).includes('release'));
    for (const { suspects } of asked.filter(({ question }) => question === 'handover'))
      expect(JSON.stringify(suspects)).toContain(':user/mallory-');
    expect(released.state).toBe('released');
    expect(after).toEqual(allOff);
    for (const one of Object.values(logs)) expect(JSON.stringify(items)).toContain(one);
  },
  patience,
);

test(
  'a filter that archives is answered once, with the command that undoes it; of a second one people hear its command too',
  async () => {
    const detail = {
      eventID: word,
      eventName: 'CreateFilter',
      eventSource: 'guardduty.amazonaws.com',
      eventTime: new Date().toISOString(),
      awsRegion: region,
      recipientAccountId: accounts.member,
      userIdentity: { type: 'IAMUser', userName: `eve-${word}`, accountId: accounts.member },
      requestParameters: { detectorId: 'd0d0', name: `quiet-${word}`, action: 'ARCHIVE', findingCriteria: {} },
    };
    const entry = { Source: 'aws.guardduty', DetailType: 'AWS API Call via CloudTrail', Detail: detail };
    const place = { account: accounts.member, region };
    await sandbox.post('/_sandbox/aws-event', { ...place, entry });
    await sandbox.post('/_sandbox/aws-event', { ...place, entry });
    const noticed = { ...detail, eventID: `${word}-noop`, requestParameters: { name: 'seen', action: 'NOOP' } };
    const harmless = { ...noticed, userIdentity: { ...detail.userIdentity, userName: `ann-${word}` } };
    await sandbox.post('/_sandbox/aws-event', { ...place, entry: { ...entry, Detail: harmless } });
    const incident = await until('the incident', async () => (await incidentsAbout(deployment, `eve-${word}`))[0]);
    const command = `aws guardduty delete-filter --detector-id d0d0 --filter-name quiet-${word}`;
    await until('the question', async () =>
      (await messagesOf(deployment)).find((one) => {
        const said = JSON.stringify(one);
        return said.includes(incident) && said.includes(command);
      }),
    );
    const [found, ...more] = (await newIncidents(deployment)).filter(({ resource }) =>
      String(resource).includes(`-${word}`),
    );
    expect(found).toMatchObject({ playbook: 'defence-impairment' });
    expect(more).toEqual([]);

    // The question is the same; what undoes the second is another command.
    const second = { ...detail.requestParameters, name: `quieter-${word}` };
    const again = { ...detail, eventID: `${word}-again`, requestParameters: second };
    await sandbox.post('/_sandbox/aws-event', { ...place, entry: { ...entry, Detail: again } });
    const told = await until('word of the second', async () =>
      (await messagesOf(deployment)).find((one) => JSON.stringify(one).includes(`--filter-name quieter-${word}`)),
    );
    expect(told.text).toContain('One more call to undo');
    expect(told.thread_ts).toBeTypeOf('string');
    expect(await incidentsAbout(deployment, `eve-${word}`)).toEqual([incident]);
  },
  patience,
);

test(
  'the policy of a key and the way in for decisions are known by ids alone: the topic hears of them, and that no incident follows; a mapping by the function that its answer names',
  async () => {
    const mail = await mailbox();
    const [apiId] = throughGateway(sandbox, outputs.DecisionsUrl ?? '').host.split('.');
    const reader = `arn:aws:lambda:${region}:${accounts.hub}:function:tourniquet-copy-to-vault`;
    const calls = {
      'kms:PutKeyPolicy': { resources: [{ ARN: outputs.SealingKeyArn }] },
      'apigateway:DeleteRoute': { requestParameters: { apiId, routeId: 'r1' } },
      'lambda:DeleteEventSourceMapping20150331': {
        requestParameters: { uUID: '6d9bce8e-836b-442c-8070-74e77903c815' },
        responseElements: { functionArn: reader },
      },
    };
    for (const [call, more] of Object.entries(calls)) {
      const [service, eventName] = call.split(':');
      const Detail = {
        eventID: `${word}-${eventName}`,
        eventName,
        eventSource: `${service}.amazonaws.com`,
        eventTime: new Date().toISOString(),
        awsRegion: region,
        recipientAccountId: accounts.hub,
        sourceIPAddress: '198.51.100.7',
        userIdentity: { type: 'IAMUser', userName: `eve-own-${word}`, accountId: accounts.hub },
        ...more,
      };
      const entry = { Source: `aws.${service}`, DetailType: 'AWS API Call via CloudTrail', Detail };
      await sandbox.post('/_sandbox/aws-event', { account: accounts.hub, region, entry });
    }
    const saidOf = (name: string) =>
      until(`the topic about ${name}`, async () => (await mail()).find((one) => one.includes(name)));
    expect(await saidOf('PutKeyPolicy')).toContain('No incident follows');
    expect(await saidOf('DeleteRoute')).toContain('No incident follows');
    expect(await saidOf('DeleteEventSourceMapping')).toContain('An incident about it follows');
    await until('the incident', async () =>
      (await newIncidents(deployment)).find(({ type }) => type === 'lambda:DeleteEventSourceMapping20150331'),
    );
  },
  patience,
);

/** Somebody subscribes to the topic. */
async function mailbox() {
  const sqs = client(SQSClient, 'hub');
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `own-${word}` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Resource = Attributes?.QueueArn;
  const Principal = { Service: 'sns.amazonaws.com' };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource }],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const subscription = { TopicArn: outputs.TopicArn, Protocol: 'sqs', Endpoint: Resource };
  const sns = client(SNSClient, 'hub');
  const { SubscriptionArn } = await sns.send(new SubscribeCommand(subscription));
  onTestFinished(async () => {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  });
  return async () => {
    const query = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(query));
    return Messages.map(({ Body = '' }) => Body);
  };
}

test(
  'a rule of ours that is disabled reaches the topic by itself, without a name, and opens an incident; an innocent one does neither',
  async () => {
    // By a user of its own: what root does may belong to an incident that is open about root.
    const oncall = await administrator(client(IAMClient, 'hub'), `oncall-${word}`);
    const [trails, events] = [client(CloudTrailClient, 'hub'), client(EventBridgeClient, 'hub', oncall)];
    const [Name, Bucket] = [`hub-${word}`, `hub-${word}-logs`];
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await client(S3Client, 'hub').send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await trails.send(new CreateTrailCommand({ Name, S3BucketName: Bucket }));
    await trails.send(new StartLoggingCommand({ Name }));
    const mail = await mailbox();
    const NamePrefix = 'tourniquet-ec2-instance-compromise-';
    const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix }));
    const rule = Rules[0]?.Name ?? '';
    await events.send(new DisableRuleCommand({ Name: rule }));
    await events.send(new EnableRuleCommand({ Name: rule }));
    const [said = ''] = await until('the topic', async () => {
      // Others may be at other parts of it meanwhile.
      const all = (await mail()).filter((one) => one.includes('A part of Tourniquet itself was changed: DisableRule'));
      return all.length > 0 ? all : undefined;
    });
    expect(said).toContain(`DisableRule in account ${accounts.hub}, ${region}`);
    expect(said).not.toContain(rule);
    const incident = await until('the incident', async () =>
      (await newIncidents(deployment)).find(({ type, account }) => type === 'events:DisableRule' && account !== ''),
    );
    expect(incident).toMatchObject({ playbook: 'defence-impairment' });
    await trails.send(new DeleteTrailCommand({ Name }));
  },
  patience,
);
