/** Each place where the emulators differed from AWS and the sandbox fills it in: what the production code relies on. */

import { setTimeout as sleep } from 'node:timers/promises';
import { AutoScalingClient, EnterStandbyCommand, ExitStandbyCommand } from '@aws-sdk/client-auto-scaling';
import {
  type Capability,
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSnapshotCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcsCommand,
  DisassociateAddressCommand,
  EC2Client,
  LockSnapshotCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveOf } from './archive.ts';
import type { ClientOptions, Deployment } from './deployment.ts';
import { buildEstate, interfacesOf, launch } from './estate.ts';
import { type RecordedCall, type Sandbox, startSandbox } from './sandbox.ts';

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

let sandbox: Sandbox;
let member: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  member = sandbox.accounts.member;
}, 180_000);
afterAll(() => sandbox.stop());

const root = (account: string): Keys => ({ accessKeyId: account, secretAccessKey: 'test' });
const options = (credentials: Keys) => ({
  endpoint: sandbox.endpoint,
  region: sandbox.region,
  credentials,
  forcePathStyle: true,
  maxAttempts: 1,
});
const ec2 = (keys = root(member)) => new EC2Client(options(keys));
const iam = () => new IAMClient(options(root(member)));
const allow = (Action: string | string[], Resource: string | string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const trust = (Principal: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
const defined = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the reply lacks a member the API reference promises');
  return value;
};

/** Two instances of one profile in a VPC with three groups; the first has a second interface. */
async function estate(name: string) {
  const client = ec2();
  await iam().send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
    }),
  );
  await iam().send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'app',
      PolicyDocument: allow('s3:ListAllMyBuckets', '*'),
    }),
  );
  await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam().send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  const vpc = defined((await client.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId);
  const subnet = defined(
    (await client.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.1.1.0/24' }))).Subnet?.SubnetId,
  );
  const groups = await Promise.all(
    ['app', 'spare', 'quarantine'].map(async (GroupName) =>
      defined(
        (await client.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId: vpc }))).GroupId,
      ),
    ),
  );
  const [app, spare, quarantine] = groups as [string, string, string];
  const { Instances = [] } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-12345678',
      MinCount: 2,
      MaxCount: 2,
      SubnetId: subnet,
      SecurityGroupIds: [app],
      IamInstanceProfile: { Name: name },
    }),
  );
  const [first, second] = Instances.map((instance) => defined(instance.InstanceId)) as [string, string];
  const primary = defined(Instances[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId);
  const extra = defined(
    (await client.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, Groups: [spare] }))).NetworkInterface
      ?.NetworkInterfaceId,
  );
  await client.send(
    new AttachNetworkInterfaceCommand({ NetworkInterfaceId: extra, InstanceId: first, DeviceIndex: 1 }),
  );
  return { app, spare, quarantine, first, second, primary, extra };
}

async function groupsOf(networkInterface: string) {
  const answer = await ec2().send(
    new DescribeNetworkInterfacesCommand({
      Filters: [
        { Name: 'network-interface-id', Values: [networkInterface] },
        { Name: 'attachment.status', Values: ['attached'] },
      ],
    }),
  );
  return answer.NetworkInterfaces?.[0]?.Groups?.map((group) => group.GroupId);
}

describe('EC2', () => {
  test('an interface has the groups it was given and no other', async () => {
    const { app, quarantine, primary, extra, first } = await estate('groups');
    await ec2().send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: extra, Groups: [quarantine] }));
    expect([await groupsOf(primary), await groupsOf(extra)]).toEqual([[app], [quarantine]]);
    await ec2().send(
      new ModifyInstanceAttributeCommand({ InstanceId: first, InstanceInitiatedShutdownBehavior: { Value: 'stop' } }),
    );
    expect(await groupsOf(primary)).toEqual([app]);
    const { Groups } = await ec2().send(
      new DescribeInstanceAttributeCommand({ InstanceId: first, Attribute: 'groupSet' }),
    );
    expect(Groups?.map((group) => group.GroupId)).toEqual([app]);
  });

  test('an address taken away leaves none behind', async () => {
    const { primary } = await estate('address');
    const { AllocationId } = await ec2().send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { AssociationId } = await ec2().send(
      new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: primary }),
    );
    await ec2().send(new DisassociateAddressCommand({ AssociationId }));
    const { NetworkInterfaces } = await ec2().send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [primary] }),
    );
    expect(NetworkInterfaces?.[0]?.Association).toBeUndefined();
  });

  test('every instance of a call has the profile, and a replaced association a new id', async () => {
    const { first, second } = await estate('profile');
    const { IamInstanceProfileAssociations = [] } = await ec2().send(
      new DescribeIamInstanceProfileAssociationsCommand({
        Filters: [{ Name: 'instance-id', Values: [first, second] }],
      }),
    );
    expect(IamInstanceProfileAssociations.map((each) => each.InstanceId).sort()).toEqual([first, second].sort());
    const { AssociationId } = defined(IamInstanceProfileAssociations[0]);
    const replaced = await ec2().send(
      new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile: { Name: 'profile' } }),
    );
    expect(replaced.IamInstanceProfileAssociation?.AssociationId).not.toBe(AssociationId);
  });

  test('an Elastic IP in use moves where it is asked for, unless the call says no', async () => {
    const { primary, extra } = await estate('moving');
    const { AllocationId } = await ec2().send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const associate = (NetworkInterfaceId: string, more = {}) =>
      ec2().send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, ...more }));
    const addressOf = async (id: string) =>
      (await ec2().send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }))).NetworkInterfaces?.[0]
        ?.Association?.AllocationId;
    await associate(primary);
    await expect(associate(extra, { AllowReassociation: false })).rejects.toMatchObject({
      name: 'Resource.AlreadyAssociated',
    });
    expect(await addressOf(primary)).toBe(AllocationId);
    await associate(extra);
    expect([await addressOf(primary), await addressOf(extra)]).toEqual([undefined, AllocationId]);
  });

  test('a snapshot can be locked while pending, and then not deleted', async () => {
    const { first } = await estate('lock');
    const { Snapshots = [] } = await ec2().send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: first } }),
    );
    expect(Snapshots[0]?.State).toBe('pending');
    const { SnapshotId } = defined(Snapshots[0]);
    const locked = await ec2().send(new LockSnapshotCommand({ SnapshotId, LockMode: 'governance', LockDuration: 90 }));
    expect(locked.LockState).toBe('governance');
    await expect(ec2().send(new DeleteSnapshotCommand({ SnapshotId }))).rejects.toThrow('locked');
  });
});

test('a health check reaches an instance by its primary interface, and ends it where that is shut, whatever another lets in', async () => {
  const client = <C>(Client: new (options: ClientOptions) => C): C => new Client(options(root(member)));
  const deployment = { client, sandbox } as unknown as Deployment;
  const shop = await buildEstate(deployment);
  const named = { GroupName: 'shut', Description: 'lets nobody in', VpcId: shop.vpc };
  const { GroupId = '' } = await ec2().send(new CreateSecurityGroupCommand(named));
  /** The state of an instance that goes back into service with one interface shut. */
  const putBack = async (nth: number): Promise<string | undefined> => {
    const id = await launch(deployment, shop);
    const which = { AutoScalingGroupName: shop.scalingGroup, InstanceIds: [id] };
    const scaling = client(AutoScalingClient);
    await scaling.send(new EnterStandbyCommand({ ...which, ShouldDecrementDesiredCapacity: true }));
    const NetworkInterfaceId = (await interfacesOf(ec2(), id))[nth]?.NetworkInterfaceId;
    await ec2().send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }));
    await scaling.send(new ExitStandbyCommand(which));
    const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };
  expect([await putBack(0), await putBack(1)]).toEqual(['terminated', 'running']);
});

describe('identity', () => {
  test('a stolen session is stopped by a deny on its user id, and the same role elsewhere goes on', async () => {
    const { first, second } = await estate('stolen');
    await sandbox.post('/_sandbox/enforce', { on: true });
    const session = (instanceId: string) =>
      sandbox.post<Keys>('/_sandbox/instance-session', { account: member, instanceId });
    const thief = new S3Client(options(await session(first)));
    const innocent = new S3Client(options(await session(second)));
    const tryBoth = () =>
      Promise.all(
        [thief, innocent].map((client) =>
          client.send(new ListBucketsCommand()).then(
            () => 'allowed',
            (error: Error) => error.name,
          ),
        ),
      );

    expect(await tryBoth()).toEqual(['allowed', 'allowed']);
    const deny = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': `*:${first}` } },
    };
    const policy = { RoleName: 'stolen', PolicyName: 'tourniquet' };
    await iam().send(
      new PutRolePolicyCommand({
        ...policy,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: deny }),
      }),
    );
    expect(await tryBoth()).toEqual(['AccessDenied', 'allowed']);
    await iam().send(new DeleteRolePolicyCommand(policy));
    expect(await tryBoth()).toEqual(['allowed', 'allowed']);
  });

  test('a call is checked on everything it touches, and the record says which check failed', async () => {
    const { app, quarantine, primary } = await estate('touched');
    const arn = (kind: string, id: string) => `arn:aws:ec2:${sandbox.region}:${member}:${kind}/${id}`;
    await iam().send(
      new CreateRoleCommand({ RoleName: 'contain', AssumeRolePolicyDocument: trust({ AWS: sandbox.accounts.hub }) }),
    );
    await iam().send(
      new PutRolePolicyCommand({
        RoleName: 'contain',
        PolicyName: 'contain',
        PolicyDocument: allow('ec2:ModifyNetworkInterfaceAttribute', [
          arn('network-interface', '*'),
          arn('security-group', quarantine),
        ]),
      }),
    );
    await sandbox.post('/_sandbox/enforce', { on: true });
    const { Credentials } = await new STSClient(options(root(sandbox.accounts.hub))).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${member}:role/contain`, RoleSessionName: 'run-1' }),
    );
    const keys = {
      accessKeyId: defined(Credentials?.AccessKeyId),
      secretAccessKey: defined(Credentials?.SecretAccessKey),
      sessionToken: defined(Credentials?.SessionToken),
    };
    const move = (group: string) =>
      ec2(keys).send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: primary, Groups: [group] }));
    const since = Date.now();
    await move(quarantine);
    await expect(move(app)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });

    const calls = await sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since}`);
    expect(calls.map((call) => [call.principal, call.action, call.allowed, call.refused?.resource])).toEqual([
      [`arn:aws:sts::${member}:assumed-role/contain/run-1`, 'ec2:ModifyNetworkInterfaceAttribute', true, undefined],
      [
        `arn:aws:sts::${member}:assumed-role/contain/run-1`,
        'ec2:ModifyNetworkInterfaceAttribute',
        false,
        arn('security-group', app),
      ],
    ]);
  });
});

const denyAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** A managed policy, by its ARN. */
const policy = async (PolicyName: string, PolicyDocument: string, Path = '/') =>
  defined((await iam().send(new CreatePolicyCommand({ PolicyName, Path, PolicyDocument }))).Policy?.Arn);

/** A user who may list buckets, with its key and two sessions made from it. */
async function userWithSessions(UserName: string) {
  await iam().send(new CreateUserCommand({ UserName, Path: '/shop/' }));
  const PolicyDocument = allow(['s3:ListAllMyBuckets', 'sts:GetFederationToken'], '*');
  await iam().send(new PutUserPolicyCommand({ UserName, PolicyName: 'app', PolicyDocument }));
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName }));
  const key = { accessKeyId: defined(AccessKey?.AccessKeyId), secretAccessKey: defined(AccessKey?.SecretAccessKey) };
  const sts = new STSClient(options(key));
  const answers = await Promise.all([
    sts.send(new GetSessionTokenCommand()),
    sts.send(new GetFederationTokenCommand({ Name: 'helper', Policy: allow('s3:ListAllMyBuckets', '*') })),
  ]);
  const sessions = answers.map(({ Credentials }) => ({
    accessKeyId: defined(Credentials?.AccessKeyId),
    secretAccessKey: defined(Credentials?.SecretAccessKey),
    sessionToken: defined(Credentials?.SessionToken),
  }));
  const clients = [key, ...sessions].map((keys) => new S3Client(options(keys)));
  /** What the key and its two sessions are answered. */
  const tried = () =>
    Promise.all(
      clients.map((client) =>
        client.send(new ListBucketsCommand()).then(
          () => 'allowed',
          (error: Error) => error.name,
        ),
      ),
    );
  return { UserName, key, tried };
}

describe('a user', () => {
  const works = ['allowed', 'allowed', 'allowed'];
  const denied = ['AccessDenied', 'AccessDenied', 'AccessDenied'];

  test('denied by a managed policy is denied with its key and with every session made from it', async () => {
    await sandbox.post('/_sandbox/enforce', { on: true });
    const { UserName, tried } = await userWithSessions('denied');
    expect(await tried()).toEqual(works);
    const attached = { UserName, PolicyArn: await policy('deny-attached', denyAll) };
    await iam().send(new AttachUserPolicyCommand(attached));
    expect(await tried()).toEqual(denied);
    await iam().send(new DetachUserPolicyCommand(attached));
    expect(await tried()).toEqual(works);
  });

  test('is held by its permissions boundary in the same way', async () => {
    await sandbox.post('/_sandbox/enforce', { on: true });
    const { UserName, tried } = await userWithSessions('bounded');
    const PermissionsBoundary = await policy('deny-boundary', denyAll);
    await iam().send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    expect(await tried()).toEqual(denied);
    await iam().send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    expect(await tried()).toEqual(works);
  });

  test('with an inactive key: the key is refused, its sessions go on', async () => {
    await sandbox.post('/_sandbox/enforce', { on: true });
    const { UserName, key, tried } = await userWithSessions('inactive');
    const update = { UserName, AccessKeyId: key.accessKeyId };
    await iam().send(new UpdateAccessKeyCommand({ ...update, Status: 'Inactive' }));
    expect(await tried()).toEqual(['InvalidAccessKeyId', 'allowed', 'allowed']);
    await iam().send(new UpdateAccessKeyCommand({ ...update, Status: 'Active' }));
    expect(await tried()).toEqual(works);
  });

  test('an issue-time condition on a long-term key does nothing', async () => {
    await sandbox.post('/_sandbox/enforce', { on: true });
    const { UserName, tried } = await userWithSessions('issue-time');
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 3_600_000).toISOString() } };
    const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }];
    const older = { UserName, PolicyName: 'older' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam().send(new PutUserPolicyCommand({ ...older, PolicyDocument }));
    expect(await tried()).toEqual(['allowed', 'AccessDenied', 'AccessDenied']);
    await iam().send(new DeleteUserPolicyCommand(older));
  });

  test('has room for ten managed policies, and for none that does not exist', async () => {
    const UserName = 'full';
    await iam().send(new CreateUserCommand({ UserName }));
    const attach = (PolicyArn: string) => iam().send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    const missing = `arn:aws:iam::${member}:policy/missing`;
    await expect(attach(missing)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: expect.stringContaining(missing),
    });
    for (let n = 0; n < 10; n++) await attach(await policy(`full-${n}`, denyAll));
    await expect(attach(await policy('full-10', denyAll))).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test('may be given the policies a condition names, and no other, attached or as boundary', async () => {
    const UserName = 'conditioned';
    const { User } = await iam().send(new CreateUserCommand({ UserName, Path: '/shop/' }));
    const [ours, other] = [await policy('ours', denyAll, '/quarantine/'), await policy('other', denyAll)];
    const mine = `arn:*:iam::*:policy/quarantine/*`;
    const when = (Action: string, key: string) => ({
      Effect: 'Allow',
      Action,
      Resource: defined(User?.Arn),
      Condition: { ArnLike: { [key]: mine } },
    });
    const Statement = [
      when('iam:AttachUserPolicy', 'iam:PolicyARN'),
      when('iam:DetachUserPolicy', 'iam:PolicyARN'),
      when('iam:PutUserPermissionsBoundary', 'iam:PermissionsBoundary'),
      when('iam:DeleteUserPermissionsBoundary', 'iam:PermissionsBoundary'),
    ];
    const RoleName = 'denier';
    const AssumeRolePolicyDocument = trust({ AWS: member });
    const { Role } = await iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: RoleName, PolicyDocument }));
    await sandbox.post('/_sandbox/enforce', { on: true });
    const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'run-1' });
    const { Credentials } = await new STSClient(options(root(member))).send(assume);
    const client = new IAMClient(
      options({
        accessKeyId: defined(Credentials?.AccessKeyId),
        secretAccessKey: defined(Credentials?.SecretAccessKey),
        sessionToken: defined(Credentials?.SessionToken),
      }),
    );
    const refused = { name: 'AccessDenied' };

    await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ours }));
    await expect(client.send(new AttachUserPolicyCommand({ UserName, PolicyArn: other }))).rejects.toMatchObject(
      refused,
    );
    await client.send(new DetachUserPolicyCommand({ UserName, PolicyArn: ours }));
    const bound = (PermissionsBoundary: string) =>
      client.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    await bound(ours);
    await expect(bound(other)).rejects.toMatchObject(refused);
    const { User: read } = await iam().send(new GetUserCommand({ UserName }));
    expect(read?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(ours);
    await client.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    await iam().send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: other }));
    await expect(client.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))).rejects.toMatchObject(refused);
  });
});

describe('a deployment that AWS refuses', () => {
  const Queue = { Type: 'AWS::SQS::Queue' };
  const arn = { 'Fn::GetAtt': ['Queue', 'Arn'] };

  /** Why the first resource of a stack could not be made. */
  async function refusal(StackName: string, Resources: object): Promise<string | undefined> {
    const client = new CloudFormationClient(options(root(member)));
    const TemplateBody = JSON.stringify({ Resources });
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
    const failed = async () => {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      return StackEvents.findLast(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason;
    };
    await expect.poll(failed, { timeout: 60_000 }).toBeDefined();
    return failed();
  }

  test('a function whose role may not write to its dead-letter queue', { timeout: 40_000 }, async () => {
    const AssumeRolePolicyDocument = JSON.parse(trust({ Service: 'lambda.amazonaws.com' })) as object;
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } };
    const Properties = {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = () => {}' },
      DeadLetterConfig: { TargetArn: arn },
    };
    const Answering = { Type: 'AWS::Lambda::Function', Properties };
    expect(await refusal('no-right', { Queue, Role, Answering })).toContain(
      'does not have permissions to call SendMessage',
    );
    const PolicyDocument = JSON.parse(allow('sqs:SendMessage', '*')) as object;
    const Policies = [{ PolicyName: 'letters', PolicyDocument }];
    const Allowed = { ...Role, Properties: { AssumeRolePolicyDocument, Policies } };
    const client = new CloudFormationClient(options(root(member)));
    // As our own does: it takes nothing that comes without TLS.
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: arn, Condition };
    const Plain = { Version: '2012-10-17', Statement: [Statement] };
    const Policy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: Plain },
    };
    const Later = { ...Answering, DependsOn: 'Policy' };
    const TemplateBody = JSON.stringify({ Resources: { Queue, Policy, Role: Allowed, Answering: Later } });
    const Capabilities: Capability[] = ['CAPABILITY_IAM'];
    await client.send(new CreateStackCommand({ StackName: 'with-right', TemplateBody, Capabilities }));
    const status = async () => {
      const { Stacks: [one] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'with-right' }));
      return one?.StackStatus;
    };
    await expect.poll(status, { timeout: 10_000 }).toBe('CREATE_COMPLETE');
  });
});

test('a fault rule acts as often as it says, and a mistyped one is refused', async () => {
  await sandbox.post('/_sandbox/faults', {
    rules: [{ action: 'ec2:DescribeVpcs', account: member, effect: 'throttle', times: 1 }],
  });
  await expect(ec2().send(new DescribeVpcsCommand())).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  await ec2().send(new DescribeVpcsCommand());
  await expect(
    sandbox.post('/_sandbox/faults', { rules: [{ action: 'ec2:*', effect: 'deny', tmes: 1 }] }),
  ).rejects.toThrow("unknown key 'tmes'");
});

test('a fault answers an error by its name, as AWS would: with its own status', async () => {
  const refused = { action: 'ec2:DescribeVpcs', account: member, effect: 'error', code: 'InvalidVpcID.NotFound' };
  for (const status of [400, 500]) {
    await sandbox.post('/_sandbox/faults', { rules: [{ ...refused, status, times: 1 }] });
    await expect(ec2().send(new DescribeVpcsCommand())).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      $metadata: { httpStatusCode: status },
    });
  }
  const asked = (more: object) => sandbox.post('/_sandbox/faults', { rules: [{ ...refused, ...more }] });
  await expect(asked({ status: 200 })).rejects.toThrow('from 400 to 599');
  await expect(asked({ effect: 'throttle', status: 400 })).rejects.toThrow("belongs to the effect 'error'");
});

test('SNS refuses a subject that AWS refuses', async () => {
  const sns = new SNSClient(options(root(sandbox.accounts.hub)));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'headlines' }));
  const publish = (Subject: string) => sns.send(new PublishCommand({ TopicArn, Message: 'text', Subject }));
  for (const subject of ['x'.repeat(100), ' begins with a space', 'two\nlines', '\u{1f6a8} contained'])
    await expect(publish(subject)).rejects.toThrow('Invalid parameter: Subject');
  await publish('x'.repeat(99));
  await publish('[inc-1] contained');
});

test('a waiting task can be made to time out, and its token is of no use afterwards', async () => {
  const sfn = new SFNClient(options(root(sandbox.accounts.hub)));
  const { Role } = await new IAMClient(options(root(sandbox.accounts.hub))).send(
    new CreateRoleCommand({ RoleName: 'ask', AssumeRolePolicyDocument: trust({ Service: 'states.amazonaws.com' }) }),
  );
  const { TopicArn } = await new SNSClient(options(root(sandbox.accounts.hub))).send(
    new CreateTopicCommand({ Name: 'ask' }),
  );
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish.waitForTaskToken',
        Arguments: { TopicArn, Message: '{% $states.context.Task.Token %}' },
        TimeoutSeconds: '{% $states.input.wait %}',
        Catch: [{ ErrorEquals: ['States.Timeout'], Output: 'nobody answered', Next: 'Hold' }],
        End: true,
      },
      Hold: { Type: 'Pass', End: true },
    },
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'ask',
      definition: JSON.stringify(definition),
      roleArn: Role?.Arn,
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"wait": 900}' }));
  await expect
    .poll(() => sandbox.post('/_sandbox/time-out', { state: 'Ask', execution: executionArn }))
    .toEqual({ ended: 1 });
  await sleep(50);
  expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'SUCCEEDED',
    output: '"nobody answered"',
  });
  await expect(sfn.send(new SendTaskSuccessCommand({ taskToken: 'gone', output: '{}' }))).rejects.toMatchObject({
    name: 'InvalidToken',
  });
});

test('the items of a Distributed Map call their function with the role of the machine', async () => {
  const Service = ['lambda.amazonaws.com', 'states.amazonaws.com'];
  const AssumeRolePolicyDocument = JSON.parse(trust({ Service })) as object;
  const Policies = [{ PolicyName: 'run', PolicyDocument: JSON.parse(allow('lambda:InvokeFunction', '*')) as object }];
  const arn = (of: string) => ({ 'Fn::GetAtt': [of, 'Arn'] });
  const One = { Type: 'Task', Resource: arn('Double'), End: true };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'One',
    States: { One },
  };
  const Resources = {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument, Policies } },
    Double: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arn('Role'),
        Code: { ZipFile: 'exports.handler = async (item) => 2 * item' },
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'each',
        RoleArn: arn('Role'),
        Definition: { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor, End: true } } },
      },
    },
  };
  const formation = new CloudFormationClient(options(root(member)));
  const stack = { StackName: 'each', TemplateBody: JSON.stringify({ Resources }) };
  await formation.send(new CreateStackCommand({ ...stack, Capabilities: ['CAPABILITY_IAM'] }));
  const status = async () =>
    (await formation.send(new DescribeStacksCommand({ StackName: 'each' }))).Stacks?.[0]?.StackStatus;
  await expect.poll(status, { timeout: 20_000 }).toBe('CREATE_COMPLETE');
  await sandbox.post('/_sandbox/enforce', { on: true });
  const sfn = new SFNClient(options(root(member)));
  const stateMachineArn = `arn:aws:states:${sandbox.region}:${member}:stateMachine:each`;
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '[1, 2, 3]' }));
  const run = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await run()).status, { timeout: 20_000 }).not.toBe('RUNNING');
  expect(JSON.parse((await run()).output ?? 'null')).toEqual([2, 4, 6]);
});

describe('a function', () => {
  const asked = 'asked';
  const lambda = () => new LambdaClient(options(root(member)));
  const FunctionName = 'patient';

  beforeAll(async () => {
    const AssumeRolePolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
    const { Role } = await iam().send(new CreateRoleCommand({ RoleName: FunctionName, AssumeRolePolicyDocument }));
    const code = archiveOf('index.js', 'exports.handler = async ({ word }) => { console.log("ran " + word); };');
    const rest = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: Role?.Arn } as const;
    await lambda().send(new CreateFunctionCommand({ FunctionName, ...rest, Code: { ZipFile: code } }));
    await lambda().send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
    await sandbox.post('/_sandbox/enforce', { on: true });
  });

  test('keeps an asynchronous event while its concurrency is 0, and runs it once it has some again', async () => {
    const logs = new CloudWatchLogsClient(options(root(member)));
    const lines = async (): Promise<number> => {
      const filter = { logGroupName: `/aws/lambda/${FunctionName}`, filterPattern: asked };
      const found = logs.send(new FilterLogEventsCommand(filter)).catch(() => ({ events: [] }));
      return (await found).events?.length ?? 0;
    };
    const [none, event] = [{ FunctionName, ReservedConcurrentExecutions: 0 }, JSON.stringify({ word: asked })];
    await lambda().send(new PutFunctionConcurrencyCommand(none));
    const invoke = { FunctionName, InvocationType: 'Event' as const, Payload: Buffer.from(event) };
    expect(await lambda().send(new InvokeCommand(invoke))).toMatchObject({ StatusCode: 202 });
    await sleep(1500);
    expect(await lines()).toBe(0);
    await lambda().send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    // On a busy machine the engine hands the last lines of a call over with the next one.
    const next = { FunctionName, Payload: Buffer.from(JSON.stringify({ word: 'next' })) };
    const linesSoFar = () => lambda().send(new InvokeCommand(next)).then(lines);
    await expect.poll(linesSoFar, { timeout: 40_000, interval: 500 }).toBe(1);
  });

  test('answers at its URL only whom its policy lets, by both statements', async () => {
    const { FunctionUrl = '' } = await lambda().send(new GetFunctionUrlConfigCommand({ FunctionName }));
    const url = `${sandbox.endpoint}/_aws/lambda-url/${new URL(FunctionUrl).host.split('.')[0]}/`;
    const status = async (): Promise<number> => (await fetch(url)).status;
    const everybody = { FunctionName, Principal: '*' };
    expect(await status()).toBe(403);
    const use = { StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' as const };
    await lambda().send(new AddPermissionCommand({ ...everybody, ...use }));
    expect(await status()).toBe(403);
    const run = { StatementId: 'by-url', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };
    await lambda().send(new AddPermissionCommand({ ...everybody, ...run }));
    expect(await status()).toBe(200);
  });
});
