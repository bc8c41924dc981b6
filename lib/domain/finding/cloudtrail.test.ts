import { describe, expect, it } from 'vitest';
import { readCloudTrail } from './cloudtrail.ts';
import { claimsOf, Finding, holderOf } from './finding.ts';
import type { Envelope } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

const eventID = '0a1b2c3d-0000-4000-8000-000000000001';
const role = {
  type: 'AssumedRole',
  principalId: 'AROAMADEUP:ada',
  arn: 'arn:aws:sts::111122223333:assumed-role/deploy/ada',
  accountId: '111122223333',
  accessKeyId: 'ASIAMADEUPFORTESTS01',
  sessionContext: { sessionIssuer: { type: 'Role', userName: 'deploy' }, attributes: { mfaAuthenticated: 'false' } },
};

const call = (changes: object = {}) => ({
  eventVersion: '1.10',
  eventID,
  eventName: 'ScheduleKeyDeletion',
  eventSource: 'kms.amazonaws.com',
  readOnly: false,
  eventTime: '2026-11-20T08:15:00Z',
  awsRegion: 'eu-central-1',
  recipientAccountId: '111122223333',
  sourceIPAddress: '198.51.100.7',
  userAgent: 'aws-cli',
  userIdentity: role,
  requestParameters: { keyId: '0a1b-key', pendingWindowInDays: 7 },
  ...changes,
});
const by = (userIdentity: object) => readCloudTrail(call({ userIdentity, requestParameters: null }), null);
const named = (eventSource: string, requestParameters: object, more: object = {}) =>
  readCloudTrail(call({ eventSource, requestParameters, ...more }), null)
    .targets.filter(({ id }) => id !== 'ASIAMADEUPFORTESTS01')
    .map(({ kind, id }) => `${kind} ${id}`);

describe('readCloudTrail', () => {
  it('reads a call: the key that is to be lost, then who did it', () => {
    const finding = readCloudTrail(call(), null);
    expect(Finding.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      source: 'cloudtrail',
      product: 'CloudTrail',
      id: eventID,
      key: `cloudtrail:${eventID}`,
      nature: 'attack',
      type: 'kms:ScheduleKeyDeletion',
      call: 'kms:ScheduleKeyDeletion',
      severity: null,
      missing: [],
      title: 'kms:ScheduleKeyDeletion by role deploy',
      account: '111122223333',
      region: 'eu-central-1',
      remotes: ['198.51.100.7'],
      firstSeen: '2026-11-20T08:15:00.000Z',
      lastSeen: '2026-11-20T08:15:00.000Z',
      targets: [
        { kind: 'key', id: '0a1b-key' },
        {
          kind: 'access-key',
          id: 'ASIAMADEUPFORTESTS01',
          account: '111122223333',
          principal: { kind: 'role-session', name: 'deploy', id: 'AROAMADEUP', session: 'ada' },
        },
      ],
    });
    expect(claimsOf(finding)).toEqual(['arn:aws:kms:eu-central-1:111122223333:key/0a1b-key']);
  });

  it('says of a failed call that it failed', () => {
    expect(readCloudTrail(call({ errorCode: 'AccessDenied' }), null).title).toBe(
      'kms:ScheduleKeyDeletion by role deploy failed: AccessDenied',
    );
  });

  it.each([
    ['198.51.100.7', ['198.51.100.7']],
    ['2001:db8::7', ['2001:db8::7']],
    ['cloudformation.amazonaws.com', []],
    ['AWS Internal', []],
    ['1.2.3', []],
    [null, []],
  ])('address %j', (sourceIPAddress, remotes) => {
    expect(readCloudTrail(call({ sourceIPAddress }), null).remotes).toEqual(remotes);
  });

  it('is at home where the record was written, whoever receives the event', () => {
    const envelope: Envelope = {
      source: 'aws.kms',
      'detail-type': 'AWS API Call via CloudTrail',
      id: 'e',
      detail: {},
      resources: [],
      account: '999988887777',
      region: 'eu-west-1',
      time: '2026-11-20T08:16:00Z',
    };
    expect(readCloudTrail(call(), envelope)).toMatchObject({ account: '111122223333', region: 'eu-central-1' });
    const old = call({ recipientAccountId: undefined, awsRegion: undefined, eventTime: undefined });
    expect(readCloudTrail(old, envelope)).toMatchObject({
      account: '999988887777',
      region: 'eu-west-1',
      lastSeen: '2026-11-20T08:16:00.000Z',
    });
    expect(readCloudTrail(old, null).missing).toEqual(['account', 'region']);
  });

  it.each([
    [call({ eventID: '' }), 'has no eventID'],
    [call({ eventName: null }), 'names no call'],
    [call({ eventSource: 7 }), 'names no call'],
  ])('cannot be read: %j', (fields, says) => {
    expect(() => readCloudTrail(fields, null)).toThrow(Unreadable);
    expect(() => readCloudTrail(fields, null)).toThrow(says);
  });
});

describe('the caller', () => {
  it('is the root user', () => {
    const finding = by({
      type: 'Root',
      principalId: '111122223333',
      arn: 'arn:aws:iam::111122223333:root',
      userName: 'alias',
    });
    expect(finding).toMatchObject({ title: 'kms:ScheduleKeyDeletion by the root user', missing: [] });
    expect(finding.targets).toMatchObject([{ kind: 'principal', principal: { kind: 'root', name: null } }]);
    expect(claimsOf(finding)).toEqual(['arn:aws:iam::111122223333:root']);
  });

  it('is a user', () => {
    const user = { type: 'IAMUser', principalId: 'AIDAMADEUP', userName: 'ada', accessKeyId: 'AKIAMADEUPFORTESTS01' };
    const finding = by({ ...user, accountId: '111122223333' });
    expect(finding.title).toBe('kms:ScheduleKeyDeletion by user ada');
    expect(finding.targets).toMatchObject([
      { kind: 'access-key', principal: { kind: 'iam-user', name: 'ada', id: 'AIDAMADEUP' } },
    ]);
    expect(holderOf(finding)).toBe('user');
  });

  it('is a user in the console, who has no key, or only an ARN', () => {
    expect(by({ type: 'IAMUser', userName: 'ada', accessKeyId: '' }).targets).toMatchObject([
      { kind: 'principal', id: 'ada' },
    ]);
    expect(by({ type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ops/ada' }).targets).toMatchObject([
      { id: 'ada' },
    ]);
  });

  it('is no instance, whatever name somebody gave to the session', () => {
    const finding = by({ ...role, principalId: 'AROAMADEUP:i-0123456789abcdef0' });
    expect(finding.targets.map(({ kind }) => kind)).toEqual(['access-key']);
    expect(claimsOf(finding).join(' ')).not.toContain(':instance/');
  });

  it('is a user whose call a service passed on', () => {
    const passedOn = { type: 'IAMUser', userName: 'ada', invokedBy: 'cloudformation.amazonaws.com' };
    expect(by(passedOn).title).toMatch(/ by user ada$/);
  });

  it('is a role by the issuer of the session, else by the ARN', () => {
    const { sessionContext, ...without } = role;
    expect(by(without).targets).toMatchObject([{ principal: { kind: 'role-session', name: 'deploy' } }]);
  });

  it('is a person of IAM Identity Center, in a role or on behalf', () => {
    const sessionContext = { sessionIssuer: { userName: 'AWSReservedSSO_Admin_1f2e' } };
    expect(holderOf(by({ ...role, sessionContext }))).toBe('identity-center');
    const person = by({
      type: 'IdentityCenterUser',
      accountId: '111122223333',
      onBehalfOf: { userId: '544894e8-made-up' },
    });
    expect(person.targets).toMatchObject([
      { kind: 'principal', id: '544894e8-made-up', principal: { kind: 'identity-center' } },
    ]);
  });

  it('is a federated user, not the user who asked for the session', () => {
    const finding = by({
      type: 'FederatedUser',
      principalId: '111122223333:eve',
      arn: 'arn:aws:sts::111122223333:federated-user/eve',
      sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'ada' } },
    });
    expect(finding.targets).toMatchObject([{ principal: { kind: 'federated-user', name: 'eve' } }]);
  });

  it('is a service, or another account, at home there', () => {
    expect(by({ type: 'AWSService', invokedBy: 'backup.amazonaws.com' })).toMatchObject({
      title: 'kms:ScheduleKeyDeletion by backup.amazonaws.com',
      targets: [{ kind: 'principal', principal: { kind: 'service' } }],
    });
    expect(by({ invokedBy: 'kms.amazonaws.com', accountId: '111122223333' }).title).toMatch(/ by kms\.amazonaws\.com$/);
    expect(by({ type: 'AWSAccount', principalId: 'AIDAOTHER', accountId: '444455556666' })).toMatchObject({
      title: 'kms:ScheduleKeyDeletion by account 444455556666',
      targets: [{ kind: 'principal', account: '444455556666', principal: { kind: 'account' } }],
    });
  });

  it('is nobody where the record does not say, or must not', () => {
    const hidden = by({ type: 'IAMUser', accountId: '111122223333', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
    expect(hidden).toMatchObject({ targets: [], title: 'kms:ScheduleKeyDeletion by IAMUser', missing: ['caller'] });
    expect(readCloudTrail(call({ userIdentity: null, requestParameters: { userName: 'ada' } }), null)).toMatchObject({
      title: 'kms:ScheduleKeyDeletion by someone unnamed',
      missing: ['caller'],
    });
  });

  it('is not the user whom the call is about', () => {
    const deleted = call({
      userIdentity: { type: 'Unknown' },
      eventSource: 'iam.amazonaws.com',
      requestParameters: { userName: 'ada' },
    });
    expect(readCloudTrail(deleted, null)).toMatchObject({
      title: expect.stringMatching(/ by Unknown$/),
      missing: ['caller'],
    });
  });
});

describe('what the request names', () => {
  it.each([
    ['kms.amazonaws.com', { keyId: 'alias/orders' }, ['resource alias/orders']],
    ['kms.amazonaws.com', { keyId: 'arn:aws:kms:eu-central-1:111122223333:key/0a1b' }, ['key 0a1b']],
    ['apigateway.amazonaws.com', { keyId: '0a1b' }, []],
    ['s3.amazonaws.com', { bucketName: 'b', key: 'k/1', versionId: 'v' }, ['object b/k/1', 'bucket b']],
    ['s3.amazonaws.com', { bucketName: 'b', Host: ['x'] }, ['bucket b']],
    ['dynamodb.amazonaws.com', { bucketName: 'b', key: 'k' }, ['bucket b']],
    ['ec2.amazonaws.com', { instanceId: 'i-0abc' }, ['instance i-0abc']],
    ['connect.amazonaws.com', { instanceId: '0a1b2c3d' }, []],
    ['ssm.amazonaws.com', { instanceIds: ['i-0abc', 'mi-0abc', 7, 'i-0def'] }, ['instance i-0abc', 'instance i-0def']],
    [
      'ec2.amazonaws.com',
      { instancesSet: { items: [{ instanceId: 'i-0abc' }, { imageId: 'ami-1' }, null] } },
      ['instance i-0abc'],
    ],
    [
      'rds.amazonaws.com',
      { dBInstanceIdentifier: 'orders', dBClusterIdentifier: 'shop' },
      ['db-instance orders', 'db-cluster shop'],
    ],
    ['lambda.amazonaws.com', { functionName: 'pay' }, ['lambda-function pay']],
    ['lambda.amazonaws.com', { functionName: '111122223333:function:pay:1' }, ['lambda-function pay']],
    [
      'lambda.amazonaws.com',
      { functionName: 'arn:aws:lambda:eu-central-1:111122223333:function:pay' },
      ['lambda-function pay'],
    ],
    [
      'ec2.amazonaws.com',
      { snapshotId: 'snap-0abc', volumeId: 'vol-0abc', imageId: 'ami-0abc' },
      ['snapshot snap-0abc', 'volume vol-0abc', 'image ami-0abc'],
    ],
    ['iam.amazonaws.com', { userName: 'eve', roleName: 'pay' }, ['principal eve', 'principal pay']],
    ['cognito-idp.amazonaws.com', { userName: 'eve' }, []],
    ['cloudtrail.amazonaws.com', { name: 'main' }, ['log trail/main']],
    [
      'cloudtrail.amazonaws.com',
      { name: 'arn:aws:cloudtrail:eu-central-1:111122223333:trail/main' },
      ['log trail/main'],
    ],
    ['cloudtrail.amazonaws.com', { trailName: 'main' }, ['log trail/main']],
    ['events.amazonaws.com', { name: 'rule' }, ['resource rule/rule']],
    ['config.amazonaws.com', { configurationRecorderName: 'default' }, ['log configuration-recorder/default']],
    ['kinesis.amazonaws.com', { name: 'rule' }, []],
    ['guardduty.amazonaws.com', { detectorId: '0a1b' }, ['log detector/0a1b']],
    ['ec2.amazonaws.com', { instanceId: ['****', '', null], constructor: 'x', __proto__: null }, []],
  ])('%s %j', (eventSource, requestParameters, expected) => {
    expect(named(eventSource, requestParameters)).toEqual(expected);
  });

  it('and what the record lists besides, each once, with its ARN and its account', () => {
    const record = camelised(
      call({
        resources: [
          { ARN: 'arn:aws:kms:eu-central-1:444455556666:key/0a1b-key', accountId: '444455556666' },
          { ARN: 'x' },
          {},
        ],
      }),
    );
    const { targets } = readCloudTrail(record as Record<string, unknown>, null);
    expect(targets).toHaveLength(2);
    expect(targets[0]).toMatchObject({
      kind: 'key',
      id: '0a1b-key',
      arn: 'arn:aws:kms:eu-central-1:444455556666:key/0a1b-key',
    });
    const objects = [{ ARN: 'arn:aws:s3:::b/k' }, { accountId: '444455556666', ARN: 'arn:aws:s3:::b' }];
    const s3 = readCloudTrail(
      camelised(call({ requestParameters: null, resources: objects })) as Record<string, unknown>,
      null,
    );
    expect(s3.targets.slice(1)).toMatchObject([
      { kind: 'object', id: 'b/k', account: '111122223333' },
      { kind: 'bucket', id: 'b', account: '444455556666' },
    ]);
  });

  it('in hundreds, not in thousands', () => {
    const instanceIds = Array.from({ length: 5000 }, (_, index) => `i-${index.toString(16).padStart(8, '0')}`);
    expect(named('ssm.amazonaws.com', { instanceIds })).toHaveLength(200);
    const items = instanceIds.map((instanceId) => ({ instanceId }));
    expect(named('ec2.amazonaws.com', { instancesSet: { items } })).toHaveLength(200);
    const resources = instanceIds.map((id) => ({ arn: `arn:aws:s3:::${id}` }));
    expect(named('ec2.amazonaws.com', {}, { resources })).toHaveLength(200);
  });
});

describe('the policy AWS puts a user under whose key it has found', () => {
  const attached = (policyArn: string) =>
    readCloudTrail(
      call({
        eventSource: 'iam.amazonaws.com',
        eventName: 'AttachUserPolicy',
        userIdentity: { type: 'AWSService' },
        requestParameters: { userName: 'alice', policyArn },
      }),
      null,
    );

  it('is a call of its own, about that user', () => {
    const finding = attached('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4');
    expect(finding.type).toBe('iam:AttachUserPolicy/AWSCompromisedKeyQuarantine');
    expect(finding.targets.map(({ principal }) => principal?.name)).toEqual(['alice']);
    expect(holderOf(finding)).toBe('user');
  });

  it.each([
    'arn:aws:iam::aws:policy/AdministratorAccess',
    'arn:aws:iam::111122223333:policy/AWSCompromisedKeyQuarantineV4',
  ])('is not taken for %s', (policyArn) => expect(attached(policyArn).type).toBe('iam:AttachUserPolicy'));
});
