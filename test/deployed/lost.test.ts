/** What no run can tell of itself: that it failed or was stopped, and what was lost on the way. */
import { randomBytes } from 'node:crypto';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, expect, test, vi } from 'vitest';
import { launch } from '../sandbox/estate.ts';
import { entry, findingAbout, send, sendEvent } from '../sandbox/finding.ts';
import { ledgerOf } from '../sandbox/readback.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import { incidentsAbout, itemsOf, runsAbout } from '../scenario/runs.ts';
import { deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const { client, outputs } = deployment;
const soon = { timeout: 30_000, interval: 200 };
const sqs = () => client(SQSClient, 'hub');
let mailbox = '';

/** Somebody subscribes to the topic. */
beforeAll(async () => {
  const { QueueUrl = '' } = await sqs().send(
    new CreateQueueCommand({ QueueName: `mail-${randomBytes(3).toString('hex')}` }),
  );
  const { Attributes } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Resource = Attributes?.QueueArn;
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await sqs().send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const subscription = { TopicArn: outputs.TopicArn, Protocol: 'sqs', Endpoint: Resource };
  await client(SNSClient, 'hub').send(new SubscribeCommand(subscription));
  mailbox = QueueUrl;
});

async function mail(QueueUrl: string): Promise<string[]> {
  const query = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand(query));
  return Messages.map(({ Body = '' }) => Body);
}

test('a run that was stopped is told with its incident and state, is on the record, and the topic hears of it in any case', async () => {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  await send(deployment, findingAbout(deployment, instance));
  let incident = '';
  await vi.waitFor(async () => {
    [incident = ''] = await incidentsAbout(deployment, instance);
    const [asked] = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
    expect(asked?.token).toBeTypeOf('string');
  }, soon);
  const [run] = await runsAbout(deployment, [instance]);
  const executionArn = run?.arn ?? '';
  const cause = 'a secret that nobody should read';
  await client(SFNClient, 'hub').send(new StopExecutionCommand({ executionArn, error: 'Mine', cause }));
  await vi.waitFor(async () => {
    const said = (await messagesOf(deployment)).filter(({ text }) => text.includes(`A run was stopped: ${incident}`));
    expect(said.map(({ text }) => text)).toEqual([
      expect.stringMatching(/tourniquet-ec2-instance-compromise was stopped at “.+”/),
    ]);
    expect(JSON.stringify(said)).not.toContain(cause);
    const ledger = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
    expect(ledger.filter(({ actor }) => actor === 'report-failed-run')).toEqual([
      expect.objectContaining({ kind: 'failure', what: expect.stringContaining('was stopped at') }),
    ]);
    expect(ledgerOf(ledger).intact).toBe(true);
    const mails = (await mail(mailbox)).filter((one) => one.includes(run?.name ?? 'no run'));
    expect(mails).toEqual([expect.stringContaining('ended as ABORTED')]);
    expect(mails.join()).not.toContain(cause);
    expect(mails.join()).not.toContain(instance);
  }, soon);
  const { status } = await client(SFNClient, 'hub').send(new DescribeExecutionCommand({ executionArn }));
  expect(status).toBe('ABORTED');
}, 90_000);

test('an event that cannot be read is a dead letter, left with the right of the function that could not', async () => {
  const { QueueUrls: [lost = ''] = [] } = await sqs().send(
    new ListQueuesCommand({ QueueNamePrefix: 'tourniquet-DeadLetters' }),
  );
  const word = randomBytes(6).toString('hex');
  // Of no family that is known, so that the router gets it, and without what every finding has.
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', { type: `New:Kind/${word}`, id: 7 }));
  await vi.waitFor(async () => expect((await mail(lost)).join()).toContain(word), soon);
  const calls = await deployment.sandbox.get<RecordedCall[]>('/_sandbox/calls');
  const left = calls.filter(
    ({ action, principal }) => action === 'sqs:SendMessage' && principal.includes('route-finding'),
  );
  expect(left.map(({ allowed }) => allowed)).toContain(true);
}, 60_000);
