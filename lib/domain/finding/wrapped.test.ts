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
])('a finding that came by %s is read', (_, wrapped) => {
  const [plain] = readFindings(event);
  expect(plain).toHaveProperty('finding');
  expect(readFindings(wrapped)).toEqual([plain]);
});

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
  expect(readFindings({ Records: [call] })).toMatchObject([{ finding: { type: 'cloudtrail:StopLogging' } }]);
});
