import type { Message } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { redriven } from './calls.ts';
import { letterOf } from './letter.ts';

const secret = 'xoxb-nobody-should-read-this';

const message = (body: unknown, attributes: Readonly<Record<string, string>> = {}): Message => ({
  MessageId: '2f9c1e64-7d4b-4a53-9d0e-5b1c8a7f3e21',
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: { SentTimestamp: String(Date.parse('2026-11-29T03:10:22Z')) },
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});

const hub = 'arn:aws:events:eu-central-1:111122223333';
const finding = {
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  account: '444455556666',
  region: 'eu-central-1',
  time: '2026-11-29T03:00:00Z',
  detail: {
    schemaVersion: '2.0',
    accountId: '444455556666',
    region: 'eu-central-1',
    partition: 'aws',
    id: '0123456789abcdef0123456789abcdef',
    arn: 'arn:aws:guardduty:eu-central-1:444455556666:detector/d/finding/0123456789abcdef0123456789abcdef',
    type: 'CryptoCurrency:EC2/BitcoinTool.B',
    severity: 8,
    title: secret,
    description: secret,
    createdAt: '2026-11-29T03:00:00Z',
    updatedAt: '2026-11-29T03:00:00Z',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' } },
    service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'ACTOR' },
  },
};

describe('a letter', () => {
  test('of a run that failed before it had an incident says where, and its finding goes to the router', () => {
    const RUN_ARN = 'arn:aws:states:eu-central-1:111122223333:execution:tourniquet-unmapped-finding:desk-0a1b';
    const letter = letterOf(message(finding, { RUN_ARN, ErrorMessage: 'failed at “Open incident”' }));
    expect(letter).toMatchObject({
      from: 'run desk-0a1b',
      why: 'failed at “Open incident”',
      redrive: { to: 'route-finding' },
    });
    expect(JSON.stringify(letter)).not.toContain(secret);
  });

  test('of a rule says which, why, and what finding it is, and goes to the router', () => {
    const letter = letterOf(
      message(finding, {
        RULE_ARN: `${hub}:rule/tourniquet-ec2-instance-compromise-0a1b2c3d`,
        TARGET_ARN: 'arn:aws:states:eu-central-1:111122223333:stateMachine:tourniquet-ec2-instance-compromise',
        ERROR_CODE: 'NO_PERMISSIONS',
        ERROR_MESSAGE: 'Not authorized to perform states:StartExecution',
        RETRY_ATTEMPTS: '0',
      }),
    );
    expect(letter).toEqual({
      id: '2f9c1e64-7d4b-4a53-9d0e-5b1c8a7f3e21',
      since: '2026-11-29T03:10:22.000Z',
      from: 'rule tourniquet-ec2-instance-compromise-0a1b2c3d',
      what: expect.stringMatching(
        /GuardDuty Finding.* CryptoCurrency:EC2\/BitcoinTool\.B in 444455556666 \(guardduty:/,
      ),
      findings: [expect.objectContaining({ type: 'CryptoCurrency:EC2/BitcoinTool.B', account: '444455556666' })],
      why: 'NO_PERMISSIONS: Not authorized to perform states:StartExecution, 0 retries',
      redrive: { to: 'route-finding' },
    });
  });

  test('of a function says its error, and the event that could not be read', () => {
    const unread = { ...finding, detail: { type: 'New:Kind/x', id: 7, note: secret } };
    const letter = letterOf(message(unread, { RequestID: 'r', ErrorCode: '200', ErrorMessage: 'e'.repeat(900) }));
    expect(letter).toMatchObject({ from: 'function route-finding', findings: [], redrive: { to: 'route-finding' } });
    expect(letter.what).toContain('not readable: ');
    expect(letter.why).toHaveLength(200);
  });

  test.for([
    ['clock-tick', { incident: 'inc-1', regime: 'dora', report: 'initial' }, 'reminder of inc-1: dora/initial'],
    [
      'report-failed-run',
      { detail: { executionArn: 'a', stateMachineArn: 'm', name: 'run-1', status: 'FAILED', output: secret } },
      'run run-1, which ended as FAILED',
    ],
  ] as const)('goes to %s by what it holds', ([to, body, what]) => {
    const letter = letterOf(message(body, { SCHEDULE_ARN: 'arn:aws:scheduler:eu-central-1:1:schedule/g/bell' }));
    expect(letter).toMatchObject({ from: 'schedule bell', redrive: { to }, what: expect.stringContaining(what) });
  });

  test('of the stream of the table says when, how many and why, and goes to the function that copies', () => {
    const at = (second: number) => `2026-11-29T03:00:0${second}Z`;
    const batch = { batchSize: 3, approximateArrivalOfFirstRecord: at(1), approximateArrivalOfLastRecord: at(4) };
    const body = { requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: batch };
    expect(letterOf(message(body))).toMatchObject({
      from: 'stream of the incident table',
      what: `3 changes of ledgers and before-states, ${at(1)} to ${at(4)}, that were not copied into the vault`,
      why: 'RetryAttemptsExhausted',
      redrive: { to: 'copy-to-vault' },
    });
    const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:tourniquet-update-findings';
    const updates = { ...body, requestContext: { ...body.requestContext, functionArn } };
    expect(letterOf(message(updates))).toMatchObject({
      what: `3 changes, ${at(1)} to ${at(4)}, that Security Hub does not show`,
      redrive: { cannot: expect.any(String) },
    });
  });

  test.for([
    ['nothing of ours', message({ token: secret }), 'Tourniquet did not send it'],
    ['no JSON', message(secret), 'Tourniquet did not send it'],
    [
      'a daily call',
      message({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }),
      'next daily call',
    ],
    ['what was cut', message(finding, { IS_PAYLOAD_TRUNCATED: 'true' }), 'the rest is lost'],
    ['a notice', message(finding, { TARGET_ARN: 'arn:aws:sns:eu-central-1:111122223333:t' }), 'notice for the topic'],
  ] as const)('is not sent again where it is %s, and says so', ([, one, because]) => {
    expect(letterOf(one).redrive).toEqual({ cannot: expect.stringContaining(because) });
  });

  test.for([finding, { ...finding, detail: { note: secret } }, { token: secret }, secret])(
    'never says what was in it',
    (body) => {
      expect(JSON.stringify(letterOf(message(body, { RULE_ARN: `${hub}:rule/r` })))).not.toContain(secret);
    },
  );
});

test('letters go to every function that nobody waits for, but for those called again anyhow', () => {
  const contracts = contractsOf(parseConfig({ hub: '111122223333' }, { file: 'test' }));
  const unawaited = contracts.filter((contract) => 'called' in contract).map(({ name }) => name);
  // The next change of an incident writes on its findings what this one did not.
  const again = ['clock-sweep', 'seal-checkpoint', 'update-findings'];
  expect(unawaited.toSorted()).toEqual([...redriven, ...again].toSorted());
});
