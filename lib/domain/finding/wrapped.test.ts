import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readFindings } from './read.ts';

const event = {
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  account: '111122223333',
  detail: {
    id: 'f1',
    type: 'Recon:EC2/Portscan',
    severity: 5,
    accountId: '111122223333',
    region: 'eu-central-1',
    service: {},
  },
};
const text = JSON.stringify(event);
const notification = { Type: 'Notification', MessageId: 'm', TopicArn: 'arn:aws:sns:eu-central-1:1:t', Message: text };

test.each<[string, unknown]>([
  ['a topic, to a function', { Records: [{ EventSource: 'aws:sns', Sns: notification }] }],
  ['a topic, to a web address', notification],
  ['a queue, to a function', { Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: text }] }],
  ['a queue of a topic', { Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(notification) }] }],
  ['a queue, as it is read', { Messages: [{ MessageId: 'm', Body: text }] }],
  ['a queue, through a pipe', [{ messageId: 'm', eventSource: 'aws:sqs', body: text }]],
  ['a topic and a queue, through a pipe', [{ messageId: 'm', body: JSON.stringify(notification) }]],
  ['a queue, as one record', { messageId: 'm', eventSource: 'aws:sqs', body: text }],
  ['a queue, as one message', { MessageId: 'm', ReceiptHandle: 'r', Body: text }],
  ['a topic, as one record', { EventSource: 'aws:sns', Sns: notification }],
  [
    'a topic that somebody has opened',
    { Records: [{ EventSource: 'aws:sns', Sns: { ...notification, Message: event } }] },
  ],
  ['a queue that somebody has opened', { Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: event }] }],
  ['a queue, as a text in a text', { Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(text) }] }],
  ['a text', JSON.stringify(text)],
  ['a web address', { httpMethod: 'POST', headers: {}, body: text, isBase64Encoded: false }],
  ['a web address, in base64', { headers: {}, body: btoa(text), isBase64Encoded: true }],
  ['a function that failed', { requestContext: { condition: 'RetriesExhausted' }, requestPayload: event }],
  ['a state machine', { executionArn: 'arn:aws:states:eu-central-1:1:execution:m:e', status: 'FAILED', input: text }],
  ['a stream', { Records: [{ eventSource: 'aws:kinesis', kinesis: { data: btoa(text) } }] }],
  ['a stream, through a pipe', [{ eventSource: 'aws:kinesis', data: btoa(text) }]],
  ['Firehose', { invocationId: 'x', records: [{ recordId: '1', data: btoa(text) }] }],
  ['a batch of CloudWatch Logs', { messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', message: text }] }],
  ['a list in a list', [[event]]],
  ['a script, under a word of its own', { event }],
  ['a search index', { _source: event }],
  ['a script, as a text in its envelope', { ...event, detail: JSON.stringify(event.detail) }],
  ['an SDK', { ...event, 'detail-type': undefined, detailType: 'GuardDuty Finding' }],
])('a finding that came by %s is read', (_, wrapped) => {
  const [plain] = readFindings(event);
  expect(plain).toHaveProperty('finding');
  expect(readFindings(wrapped)).toEqual([plain]);
});

test('what was sent to EventBridge is read as what comes from there', () => {
  const { source: Source, 'detail-type': DetailType, detail } = event;
  const entry = { Source, DetailType, Detail: JSON.stringify(detail) };
  const read = readFindings(event);
  expect(readFindings(entry)).toEqual(read);
  expect(readFindings({ Entries: [entry, { ...entry, Detail: 'none' }] })).toEqual([
    ...read,
    { unreadable: expect.stringContaining('It is not a finding of a known shape') },
  ]);
});

test.each([[[[event.detail]]], event.detail, [[event.detail, event.detail]]])(
  'findings are read however deep their list: %#',
  (Findings) => {
    const read = readFindings({ Findings });
    expect(read.length).toBeGreaterThan(0);
    for (const one of read) expect(one).toEqual(readFindings(event.detail)[0]);
  },
);

test('each message is read by itself, and one that is none says so', () => {
  const both = readFindings({ Records: [{ body: text }, { body: 'hello' }, { body: '' }] });
  expect(both).toMatchObject([
    { finding: { id: 'f1' } },
    { unreadable: 'A finding is a JSON object; this is a string.' },
    { unreadable: 'A finding is a JSON object; this is a string.' },
  ]);
});

test('what is wrapped without end is refused rather than followed', () => {
  expect(readFindings({ Records: [{ Records: [{ Records: [{ Records: [event] }] }] }] })[0]).toHaveProperty(
    'unreadable',
  );
});

test("the calls in a file of CloudTrail's are read too", () => {
  const call = {
    eventID: 'e',
    eventName: 'StopLogging',
    eventSource: 'cloudtrail.amazonaws.com',
    awsRegion: 'eu-central-1',
  };
  const read = readFindings({ Records: [call] });
  expect(read).toMatchObject([{ finding: { type: 'cloudtrail:StopLogging' } }]);
  const found = { EventId: 'e', EventName: 'StopLogging', CloudTrailEvent: JSON.stringify(call) };
  expect(readFindings({ Events: [found] })).toEqual(read);
  expect(readFindings([found])).toEqual(read);
});

test.each(['Records', 'Messages', 'Events', 'records'])('an empty list of %s says so', (name) => {
  expect(readFindings({ [name]: [] })).toEqual([{ unreadable: `The list "${name}" is empty: it holds no finding.` }]);
});

/** As a subscription of CloudWatch Logs writes it. */
const data = gzipSync(text).toString('base64');

test.each<[string, unknown, RegExp]>([
  ['CloudWatch Logs', { awslogs: { data } }, /^It is what CloudWatch Logs sends.* gunzip it/],
  ['Kinesis', { Records: [{ eventSource: 'aws:kinesis', kinesis: { data } }] }, /Decode kinesis\.data from base64/],
  ['Kinesis, through a pipe', [{ eventSource: 'aws:kinesis', data }], /Decode data from base64/],
  ['Firehose', { invocationId: 'x', records: [{ recordId: '1', data }] }, /Decode each records\[\]\.data from base64/],
  ['S3', { Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'k' } } }] }, /^It says that a file lies in S3/],
])('what %s has packed says what to unwrap', (_, given, words) => {
  expect(readFindings(given)).toEqual([{ unreadable: expect.stringMatching(words) }]);
});
