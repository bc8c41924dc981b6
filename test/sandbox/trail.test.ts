/** CloudTrail's event history as the sandbox plays it, and what `list-principal-changes` makes of it. */

import { CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { CreateKeyPairCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { principalChanges } from '../../lambdas/iam/principal-changes.ts';
import type { User } from '../../lambdas/iam/user/target.ts';
import type { Session } from '../../lambdas/runtime/session.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

let sandbox: Sandbox;
let thief: Keys;
let session: Keys;

const options = (credentials: Keys, region = sandbox.region) => ({
  endpoint: sandbox.endpoint,
  region,
  credentials,
  maxAttempts: 1,
});
const root = (): Keys => ({ accessKeyId: sandbox.accounts.member, secretAccessKey: 'test' });
const allow = (Principal: object | null) => ({
  Version: '2012-10-17',
  Statement: [
    Principal
      ? { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
      : { Effect: 'Allow', Action: ['iam:*', 'sts:*', 'ec2:*'], Resource: '*' },
  ],
});
const keysOf = (
  keys: { AccessKeyId?: string | undefined; SecretAccessKey?: string | undefined } | undefined,
): Keys => ({
  accessKeyId: keys?.AccessKeyId ?? '',
  secretAccessKey: keys?.SecretAccessKey ?? '',
});
const lookUp = (input: LookupEventsCommandInput, region = sandbox.region) =>
  new CloudTrailClient(options(root(), region)).send(new LookupEventsCommand(input));
const byKey = (value: string): LookupEventsCommandInput['LookupAttributes'] => [
  { AttributeKey: 'AccessKeyId', AttributeValue: value },
];

/** bob's key is stolen: it makes mallory and a key, assumes a role, and that makes a key pair in another Region. */
beforeAll(async () => {
  process.env.TOURNIQUET_NAME = 'tourniquet';
  sandbox = await startSandbox();
  const iam = new IAMClient(options(root()));
  await iam.send(new CreateUserCommand({ UserName: 'bob' }));
  const PolicyDocument = JSON.stringify(allow(null));
  await iam.send(new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'all', PolicyDocument }));
  thief = keysOf((await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }))).AccessKey);
  const trust = JSON.stringify(allow({ AWS: `arn:aws:iam::${sandbox.accounts.member}:root` }));
  await iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trust }));
  await sandbox.post('/_sandbox/enforce', { on: true });

  const stolen = new IAMClient(options(thief));
  await stolen.send(new ListUsersCommand());
  await stolen.send(new CreateUserCommand({ UserName: 'mallory' }));
  await stolen.send(new CreateAccessKeyCommand({ UserName: 'mallory' }));
  const missing = new AttachUserPolicyCommand({
    UserName: 'nobody',
    PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  });
  await expect(stolen.send(missing)).rejects.toThrow();
  const assumed = await new STSClient(options(thief)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${sandbox.accounts.member}:role/deploy`,
      RoleSessionName: 'xy',
    }),
  );
  session = { ...keysOf(assumed.Credentials), sessionToken: assumed.Credentials?.SessionToken ?? '' };
  const refused = new EC2Client(options(session, 'eu-west-1')).send(new CreateKeyPairCommand({ KeyName: 'no' }));
  await expect(refused).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  const trusting = { RoleName: 'deploy', PolicyName: 'all', PolicyDocument };
  await iam.send(new PutRolePolicyCommand(trusting));
  await new EC2Client(options(session, 'eu-west-1')).send(new CreateKeyPairCommand({ KeyName: 'way-back' }));
}, 180_000);
afterAll(() => sandbox?.stop());

test('IAM is on record in us-east-1, other services where they were called, newest first', async () => {
  const names = async (region: string) =>
    (await lookUp({ LookupAttributes: byKey(thief.accessKeyId) }, region)).Events?.map(
      ({ EventName, ReadOnly, Username }) => `${EventName} ${ReadOnly} ${Username}`,
    );
  expect(await names('us-east-1')).toEqual([
    'AttachUserPolicy false bob',
    'CreateAccessKey false bob',
    'CreateUser false bob',
    'ListUsers true bob',
  ]);
  expect(await names(sandbox.region)).toEqual(['AssumeRole true bob']);
  expect(await names('eu-west-1')).toEqual([]);
});

test('a record says who called, what was asked and answered, and what failed; no secret is in it', async () => {
  const { Events = [] } = await lookUp({ LookupAttributes: byKey(thief.accessKeyId) }, 'us-east-1');
  const [failed, made] = Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent));
  expect(failed).toMatchObject({ errorCode: 'NoSuchEntity', responseElements: null });
  expect(made).toMatchObject({
    userIdentity: { type: 'IAMUser', userName: 'bob', accessKeyId: thief.accessKeyId },
    requestParameters: { userName: 'mallory' },
    responseElements: { accessKey: { userName: 'mallory', secretAccessKey: '(cut)' } },
  });
  const { Events: assumed = [] } = await lookUp({ LookupAttributes: byKey(session.accessKeyId) }, 'eu-west-1');
  const [allowed, refused] = assumed.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent));
  expect(allowed.userIdentity).toMatchObject({
    type: 'AssumedRole',
    sessionContext: { sessionIssuer: { userName: 'deploy' } },
  });
  expect(refused.errorCode).toMatch(/UnauthorizedOperation/);
  const byName = await lookUp({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'xy' }] }, 'eu-west-1');
  expect(byName.Events).toHaveLength(2);
});

test('pages follow each other, and a question out of order is refused', async () => {
  const LookupAttributes = byKey(thief.accessKeyId);
  const seen: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await lookUp({ LookupAttributes, MaxResults: 3, NextToken }, 'us-east-1');
    seen.push(...(page.Events ?? []).map(({ EventName }) => EventName));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(seen).toEqual(['AttachUserPolicy', 'CreateAccessKey', 'CreateUser', 'ListUsers']);
  const future = new Date(Date.now() + 60_000);
  expect((await lookUp({ LookupAttributes, StartTime: future }, 'us-east-1')).Events).toEqual([]);
  const two = [...(LookupAttributes ?? []), { AttributeKey: 'Username', AttributeValue: 'bob' } as const];
  await expect(lookUp({ LookupAttributes: two })).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
});

test('the changes of a stolen key are listed, its sessions followed, and what could not be read is said', async () => {
  const { member: account } = sandbox.accounts;
  const now = new Date().toISOString();
  const bob: User = {
    partition: 'aws',
    account,
    region: sandbox.region,
    kind: 'user',
    id: 'bob',
    seenAt: now,
    since: now,
    arn: `arn:aws:iam::${account}:user/bob`,
    key: thief.accessKeyId,
    keys: [],
    attached: [],
    boundary: null,
    tags: {},
    principal: { kind: 'iam-user', name: 'bob', id: null, session: null },
  };
  const acting: Session = { client: (Client, region) => new Client(options(root(), region)) };
  await sandbox.post('/_sandbox/faults', {
    rules: [{ action: 'cloudtrail:LookupEvents', effect: 'throttle', times: 1 }],
  });
  const found = await principalChanges({ target: bob, session: acting, now: () => new Date().toISOString() });
  expect(found.unknown).toEqual([]);
  expect(found.changes.map(({ call, resources, by, region }) => [call, resources, by, region])).toEqual([
    ['iam:CreateUser', ['user mallory'], 'user bob', 'us-east-1'],
    ['iam:CreateAccessKey', ['user mallory'], 'user bob', 'us-east-1'],
    ['ec2:CreateKeyPair', ['key pair way-back'], 'role deploy as session xy', 'eu-west-1'],
  ]);
  // Two Regions' calls of one second have no order.
  expect(found.made.map(({ kind, of, account: home }) => [kind, of, home]).toSorted()).toEqual([
    ['access-key', 'mallory', null],
    ['session', 'deploy/xy', account],
    ['user', null, account],
  ]);
  expect(found.facts).toContain('It assumed role deploy as session xy');
  expect(found.facts[0]).toMatch(
    /^3 changes by access key AKIA\w+ since .*us-east-1 \(2\), eu-west-1 \(1\); 2 more were refused or failed$/,
  );
}, 60_000);
