/** What no run can tell of itself: that it failed or was stopped, and what was lost on the way. */
import { randomBytes } from 'node:crypto';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import deadLetters from '../../bin/verbs/dead-letters.ts';
import { launch } from '../sandbox/estate.ts';
import { entry, findingAbout, send, sendEvent } from '../sandbox/finding.ts';
import { ledgerOf } from '../sandbox/readback.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import { incidentsAbout, itemsOf, runsAbout } from '../scenario/runs.ts';
import { deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const { client, outputs } = deployment;
const soon = { timeout: 240_000, interval: 200 };
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

/** The dead-letter queue, and the letter with this word in it. */
async function letterWith(word: string, besides = ''): Promise<string> {
  const [, , , , QueueOwnerAWSAccountId, QueueName] = (outputs.DeadLettersArn ?? '').split(':');
  const { QueueUrl } = await sqs().send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
  const query = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  return vi.waitFor(async () => {
    const { Messages = [] } = await sqs().send(query);
    const found = Messages.find(({ Body, MessageId }) => Body?.includes(word) && MessageId !== besides);
    return found?.MessageId ?? expect.fail('no such letter');
  }, soon);
}

/** The verb as an operator types it, with the rights of the policy that is printed for operators and no others. */
function asOperator() {
  const { endpoint, region } = deployment.sandbox;
  const { accessKeyId, secretAccessKey } = deployment.operators.olga;
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const aws = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, ...keys };
  for (const [name, value] of Object.entries(aws)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return (...operands: string[]) =>
    deadLetters.run({ operands, options: { stack: 'tourniquet' }, reader: 'person', verbs: [] });
}

test('an event that cannot be read is a dead letter, left with the right of the function; an operator sees and sends it again', async () => {
  const word = randomBytes(6).toString('hex');
  // Of no family that is known, so that the router gets it, and without what every finding has.
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', { type: 'New:Kind/x', id: 7, note: word }));
  const id = await letterWith(word);
  const calls = await deployment.sandbox.get<RecordedCall[]>('/_sandbox/calls');
  const left = calls.filter(
    ({ action, principal }) => action === 'sqs:SendMessage' && principal.includes('route-finding'),
  );
  expect(left.map(({ allowed }) => allowed)).toContain(true);
  const typed = asOperator();
  const listed = await typed('list');
  expect(listed.data).toContainEqual(
    expect.objectContaining({
      id,
      from: 'function route-finding',
      what: expect.stringContaining('not readable'),
      why: expect.stringContaining('cannot read this event'),
      redrive: { to: 'route-finding' },
    }),
  );
  expect(JSON.stringify(listed)).not.toContain(word);
  const sent = await typed('redrive', id);
  expect(sent).toMatchObject({ data: [{ id, outcome: 'sent', because: null }] });
  expect(sent.failed).toBeUndefined();
  // It was handed over whole: the router fails at it as before.
  expect(await letterWith(word, id)).not.toBe(id);
  expect(await typed('redrive', id)).toMatchObject({ data: [], failed: expect.stringContaining(id) });
}, 60_000);

test('a run that fails before it has an incident leaves its finding, which an operator sends again under another name', async () => {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  const denied = { action: 'dynamodb:TransactWriteItems', principal: 'open-incident', effect: 'deny' };
  await deployment.sandbox.post('/_sandbox/faults', { rules: [denied] });
  const detail = findingAbout(deployment, instance);
  await send(deployment, detail);
  await letterWith(detail.id).finally(() => deployment.sandbox.post('/_sandbox/faults', { clear: true }));
  expect(await incidentsAbout(deployment, instance)).toEqual([]);
  const typed = asOperator();
  const letters = (await typed('list')).data as {
    id: string;
    from: string;
    why: string;
    findings: { key: string }[];
  }[];
  const letter = letters.find(({ findings }) => findings.some(({ key }) => key.includes(detail.id)));
  expect(letter).toMatchObject({ from: expect.stringMatching(/^run /), why: expect.stringMatching(/^failed at “/) });
  await typed('redrive', letter?.id ?? '');
  await vi.waitFor(async () => expect(await incidentsAbout(deployment, instance)).toHaveLength(1), soon);
  const runs = await runsAbout(deployment, [instance]);
  expect(runs.map(({ status }) => status).toSorted()).toEqual(['FAILED', 'RUNNING']);
}, 90_000);
