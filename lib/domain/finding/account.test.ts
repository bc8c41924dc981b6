import { describe, expect, test } from 'vitest';
import { readFindings } from './read.ts';

/** As a script or a table makes a number of an account's id: the zeros at its beginning are lost. */
const [number, account] = [12_345_678_901, '012345678901'];
const region = 'eu-central-1';
const at = '2026-11-20T10:00:00Z';

const instance = { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0fedcba9876543210' } };
const guardDuty = {
  id: 'f1',
  type: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  region,
  service: {},
  resource: instance,
};
const called = {
  eventID: 'e1',
  eventName: 'StopLogging',
  eventSource: 'cloudtrail.amazonaws.com',
  eventTime: at,
  awsRegion: region,
  requestParameters: { name: 'org' },
};
const caller = { type: 'IAMUser', userName: 'eve', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
const hub = {
  SchemaVersion: '2018-10-08',
  Id: 'rule-1',
  ProductArn: `arn:aws:securityhub:${region}::product/aws/securityhub`,
  Types: ['TTPs/Execution'],
  Region: region,
  Severity: { Label: 'HIGH' },
  Title: 't',
  Resources: [],
};
const health = { eventArn: 'a', eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED', eventRegion: 'us-east-1' };
const scan = {
  scanStatus: 'COMPLETED',
  s3ObjectDetails: { bucketName: 'b', objectKey: 'k', eTag: 'e' },
  scanResultDetails: { scanResultStatus: 'THREATS_FOUND', threats: [{ name: 't' }] },
};
const macie = { id: 'm1', type: 'Policy:IAMUser/S3BucketPublic', region, severity: {}, resourcesAffected: {} };

const event = (source: string, detailType: string, detail: object, given: unknown = number) => ({
  source,
  'detail-type': detailType,
  account: given,
  region,
  detail,
});
const callEvent = (detail: object, given: unknown = number) =>
  event('aws.cloudtrail', 'AWS API Call via CloudTrail', detail, given);

const accountsIn = (given: unknown) =>
  readFindings(given).map((reading) =>
    'unreadable' in reading
      ? reading.unreadable
      : [reading.finding.account, ...reading.finding.targets.map((one) => one.account)],
  );

describe('an account that has become a number is the same account', () => {
  test.each<[string, unknown]>([
    [
      'around a finding that says its own',
      event('aws.guardduty', 'GuardDuty Finding', { ...guardDuty, accountId: account }),
    ],
    ['in a finding of GuardDuty', { ...guardDuty, accountId: number }],
    ['around the result of a scan', event('aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', scan)],
    ['around a call', callEvent({ ...called, userIdentity: caller })],
    ['in a call', callEvent({ ...called, recipientAccountId: number, userIdentity: caller }, '')],
    [
      'of who called',
      callEvent({ ...called, recipientAccountId: account, userIdentity: { ...caller, accountId: number } }),
    ],
    ['in Security Hub', { ...hub, AwsAccountId: number }],
    ['in a finding of Macie', { ...macie, accountId: number }],
    ['in an event of Health', event('aws.health', 'AWS Health Event', { ...health, affectedAccount: number }, '')],
    ['around an event of Health', event('aws.health', 'AWS Health Event', health)],
  ])('%s', (_, given) => {
    const [found] = accountsIn(given);
    expect(new Set(found)).toEqual(new Set([account]));
  });

  test('with its place in an organisation too', () => {
    const whole = readFindings(
      event('aws.guardduty', 'GuardDuty Finding', { ...guardDuty, accountId: account }, account),
    );
    expect(readFindings(event('aws.guardduty', 'GuardDuty Finding', { ...guardDuty, accountId: number }))).toEqual(
      whole,
    );
  });
});

test.each([1, 12_345, 1.5e9 + 0.5, 1e12, -12_345_678_901, 1.2345e30])(
  '%d is no account, and the finding says so',
  (given) => {
    const [reading] = readFindings({ ...guardDuty, accountId: given });
    expect(reading).toMatchObject({ finding: { account: null } });
    expect(JSON.stringify(reading)).toContain(`account (${String(given).slice(0, 40)} is no 12-digit account id)`);
  },
);

test.each([
  { account: null, region: null, time: 1_795_000_000, id: 7, resources: 'none' },
  { account: [account], region: 5, time: null, id: null },
  { account: {}, region: {}, time: {}, id: {} },
])('what is odd around a finding loses nothing of it: %j', (odd) => {
  const detail = { ...guardDuty, accountId: account };
  const plain = readFindings(event('aws.guardduty', 'GuardDuty Finding', detail, account));
  expect(readFindings({ ...event('aws.guardduty', 'GuardDuty Finding', detail), ...odd })).toEqual(plain);
});
