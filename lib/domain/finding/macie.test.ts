import { describe, expect, it } from 'vitest';
import { Finding, holderOf } from './finding.ts';
import { readMacie } from './macie.ts';
import { Unreadable } from './value.ts';

const id = '0a1b2c3d-0000-4000-8000-000000000001';
const bucket = { arn: 'arn:aws:s3:::customers', name: 'customers', owner: { displayName: 'ada' } };

const found = (changes: object = {}) => ({
  schemaVersion: '1.0',
  id,
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-central-1',
  type: 'SensitiveData:S3Object/Personal',
  title: 'The S3 object contains personal information',
  description: 'It does.',
  severity: { score: 3, description: 'High' },
  createdAt: '2026-11-20T08:15:00Z',
  updatedAt: '2026-11-20T08:15:00Z',
  count: 1,
  sample: false,
  archived: false,
  policyDetails: null,
  resourcesAffected: { s3Bucket: bucket, s3Object: { bucketArn: bucket.arn, key: 'export/2026.csv', versionId: 'v1' } },
  ...changes,
});

const policy = (userIdentity: object | null) =>
  found({
    type: 'Policy:IAMUser/S3BucketPublic',
    count: 4,
    updatedAt: '2026-11-20T09:15:00Z',
    resourcesAffected: { s3Bucket: bucket, s3Object: null },
    policyDetails: {
      action: {
        actionType: 'AWS_API_CALL',
        apiCallDetails: { api: 'PutBucketPolicy', apiServiceName: 's3.amazonaws.com' },
      },
      actor: { userIdentity, ipAddressDetails: { ipAddressV4: '198.51.100.7' }, domainDetails: null },
    },
  });
const role = {
  type: 'AssumedRole',
  assumedRole: {
    principalId: 'AROAMADEUP:ada',
    arn: 'arn:aws:sts::444455556666:assumed-role/deploy/ada',
    accountId: '777788889999',
    accessKeyId: 'ASIAMADEUPFORTESTS01',
    sessionContext: { sessionIssuer: { type: 'Role', userName: 'deploy', accountId: '444455556666' } },
  },
  root: null,
  iamUser: null,
  federatedUser: null,
  awsAccount: null,
  awsService: null,
};

describe('readMacie', () => {
  it('reads exposed data: the object, then the bucket', () => {
    const finding = readMacie(found(), null);
    expect(Finding.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      source: 'macie',
      product: 'Macie',
      id,
      key: `macie:${id}`,
      type: 'SensitiveData:S3Object/Personal',
      nature: 'attack',
      severity: 'high',
      score: 3,
      account: '111122223333',
      region: 'eu-central-1',
      count: 1,
      call: null,
      missing: [],
      sample: false,
      archived: false,
      remotes: [],
      firstSeen: '2026-11-20T08:15:00.000Z',
      targets: [
        { kind: 'object', id: 'customers/export/2026.csv', inside: 'customers', version: 'v1' },
        { kind: 'bucket', id: 'customers', arn: 'arn:aws:s3:::customers' },
      ],
    });
  });

  it('reads an opened bucket, who opened it, and from where', () => {
    const finding = readMacie(policy(role), null);
    expect(finding).toMatchObject({
      call: 's3:PutBucketPolicy',
      remotes: ['198.51.100.7'],
      count: 4,
      lastSeen: '2026-11-20T09:15:00.000Z',
      targets: [
        { kind: 'bucket', id: 'customers' },
        {
          kind: 'access-key',
          id: 'ASIAMADEUPFORTESTS01',
          account: '444455556666',
          principal: { kind: 'role-session', name: 'deploy', id: 'AROAMADEUP', session: 'ada' },
        },
      ],
    });
    expect(holderOf(finding)).toBe('role');
  });

  it.each([
    [
      { type: 'IAMUser', iamUser: { userName: 'ada', principalId: 'AIDAMADEUP', accountId: '111122223333' } },
      'iam-user',
      'ada',
    ],
    [
      { type: 'Root', root: { principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root' } },
      'root',
      '111122223333',
    ],
    [
      {
        type: 'FederatedUser',
        federatedUser: { arn: 'arn:aws:sts::111122223333:federated-user/eve', principalId: '111122223333:eve' },
      },
      'federated-user',
      'eve',
    ],
    [{ type: 'AWSService', awsService: { invokedBy: 'backup.amazonaws.com' } }, 'service', 'backup.amazonaws.com'],
    [
      { type: 'AWSAccount', awsAccount: { accountId: '444455556666', principalId: 'AIDAOTHER' } },
      'account',
      '444455556666',
    ],
  ])('reads the actor %j', (userIdentity, kind, name) => {
    expect(readMacie(policy(userIdentity), null).targets.at(-1)).toMatchObject({
      kind: 'principal',
      id: name,
      principal: { kind },
    });
  });

  it.each([null, {}, { type: 'IAMUser' }, { type: 'IAMUser', iamUser: 'ada' }])(
    'names no actor where there is none: %j',
    (actor) => {
      expect(readMacie(policy(actor), null).targets).toHaveLength(1);
    },
  );

  it.each([
    [{ score: 1, description: 'Low' }, 'low', 1],
    [{ score: 2, description: 'medium' }, 'medium', 2],
    [{ description: 'High' }, 'high', null],
    [{ score: 2 }, 'medium', 2],
    [{ score: '3' }, 'high', 3],
    [1, 'low', 1],
  ])('severity %j is %s', (severity, band, score) => {
    expect(readMacie(found({ severity }), null)).toMatchObject({ severity: band, score });
  });

  it.each([[null], [undefined], [{}]])('severity %j is missing', (severity) => {
    expect(readMacie(found({ severity }), null)).toMatchObject({ severity: null, score: null, missing: ['severity'] });
  });

  it('keeps the marks that decide whether anything may change', () => {
    expect(readMacie(found({ sample: true }), null).sample).toBe(true);
    expect(readMacie(found({ archived: true }), null).archived).toBe(true);
    expect(readMacie(found({ title: '[DRILL] Data' }), null).drill).toBe(true);
  });

  it('says what is missing; a bucket may be known by its ARN alone', () => {
    const bare = found({ accountId: null, resourcesAffected: {} });
    expect(readMacie(bare, null)).toMatchObject({ targets: [], missing: ['account', 'bucket'] });
    const arnOnly = found({ resourcesAffected: { s3Object: { bucketArn: bucket.arn, key: 'k' } } });
    expect(readMacie(arnOnly, null).targets).toMatchObject([{ id: 'customers/k' }, { id: 'customers' }]);
  });

  it.each([
    [{ severity: { score: 'high' } }, /^severity: "high" is no number/],
    [{ severity: { score: 7 } }, /^severity: 7 is not on Macie's scale/],
    [{ severity: { score: 2, description: 'Awful' } }, /^severity: awful is not on Macie's scale/],
    [{ severity: 'High' }, /^severity: it should be an object/],
    [{ severity: [] }, /^severity: it should be an object/],
    [{ id: null }, /has no id/],
    [{ type: '' }, /has no type/],
  ])('cannot be read: %j', (changes, says) => {
    expect(() => readMacie(found(changes), null)).toThrow(Unreadable);
    expect(() => readMacie(found(changes), null)).toThrow(says);
  });
});
