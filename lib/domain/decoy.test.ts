import { describe, expect, it } from 'vitest';
import { asDecoy, decoyIn, tripped } from './decoy.ts';
import { readCloudTrail } from './finding/cloudtrail.ts';
import { named, type Principal } from './named.ts';

const member = '444455556666';
const place = { account: member, region: 'eu-central-1' };
const call = (eventSource: string, eventName: string, requestParameters: object, more: object = {}) =>
  readCloudTrail(
    {
      eventID: 'e1',
      eventName,
      eventSource: `${eventSource}.amazonaws.com`,
      eventTime: '2026-11-30T10:00:00Z',
      awsRegion: 'eu-central-1',
      recipientAccountId: member,
      userIdentity: {
        type: 'IAMUser',
        userName: 'eve',
        arn: `arn:aws:iam::${member}:user/eve`,
        accountId: member,
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      },
      requestParameters,
      ...more,
    },
    null,
  );
const secret = `arn:aws:secretsmanager:eu-central-1:${member}:secret:backup/root-AbCdEf`;
const bucket = 'arn:aws:s3:::ledger-archive';
const role = `arn:aws:iam::${member}:role/admin-old`;
const table = `arn:aws:dynamodb:eu-central-1:${member}:table/cards`;
const user = `arn:aws:iam::${member}:user/svc/backup`;
const decoys = [secret, bucket, role, table, user];

describe('a decoy is touched', () => {
  it.each([
    ['a secret by its name', call('secretsmanager', 'GetSecretValue', { secretId: 'backup/root' }), secret],
    ['a secret by its ARN', call('secretsmanager', 'GetSecretValue', { secretId: secret }), secret],
    ['a bucket', call('s3', 'GetBucketPolicy', { bucketName: 'ledger-archive' }), bucket],
    ['an object in a bucket', call('s3', 'GetObject', { bucketName: 'ledger-archive', key: 'a/b.csv' }), bucket],
    ['a table', call('dynamodb', 'DescribeTable', { tableName: 'cards' }), table],
    ['a role', call('sts', 'AssumeRole', {}, { resources: [{ aRN: role, accountId: member }] }), role],
    [
      'the key of a user, whose path is left out',
      call(
        'sts',
        'GetCallerIdentity',
        {},
        { userIdentity: { type: 'IAMUser', userName: 'backup', accountId: member } },
      ),
      user,
    ],
  ])('%s', (_, finding, decoy) => {
    expect(tripped(finding, { decoys, scanners: [] })).toBe(decoy);
  });

  it.each([
    ['a secret of another name', call('secretsmanager', 'GetSecretValue', { secretId: 'backup/rooted' })],
    [
      'a bucket whose name begins so',
      call('s3', 'GetObject', { bucketName: 'ledger-archive-2', key: 'ledger-archive' }),
    ],
    [
      'a table of that name in another account',
      call('dynamodb', 'DescribeTable', { tableName: 'cards' }, { recipientAccountId: '999900001111' }),
    ],
    ['nothing', call('sts', 'GetCallerIdentity', {})],
  ])('but not by %s', (_, finding) => {
    expect(tripped(finding, { decoys, scanners: [] })).toBeNull();
  });

  it('not by a scanner of ours, known by who it is', () => {
    const finding = call('s3', 'GetBucketPolicy', { bucketName: 'ledger-archive' });
    expect(tripped(finding, { decoys, scanners: [`arn:aws:iam::${member}:user/ops/eve`] })).toBeNull();
    expect(tripped(finding, { decoys, scanners: [`arn:aws:iam::${member}:user/eve2`] })).toBe(bucket);
  });

  it('also by a finding of another kind', () => {
    const principal: Principal = { kind: 'iam-user', name: 'eve', id: null, session: null };
    const targets = [
      named('bucket', 'ledger-archive', place),
      named('access-key', 'AKIAIOSFODNN7EXAMPLE', place, { principal }),
    ];
    expect(decoyIn({ targets, partition: 'aws' }, decoys)).toBe(bucket);
  });
});

it('is told as one: of a type that an order can name, severe, and an attack though it was refused', () => {
  const refused = call('s3', 'GetObject', { bucketName: 'ledger-archive', key: 'k' }, { errorCode: 'AccessDenied' });
  expect(refused.nature).toBe('clean');
  expect(asDecoy(refused, bucket)).toMatchObject({
    key: 'decoy:cloudtrail:e1',
    type: 'Decoy:s3:GetObject',
    severity: 'high',
    nature: 'attack',
    title: expect.stringContaining('ledger-archive'),
  });
  expect(asDecoy({ ...refused, severity: 'critical' }, bucket).severity).toBe('critical');
});
