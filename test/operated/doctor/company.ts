/** What a company has besides Tourniquet when all is well, so that a healthy deployment can be seen; and who examines it. */
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CreateFlowLogsCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateDetectorCommand,
  DeleteDetectorCommand,
  EnableOrganizationAdminAccountCommand,
  GuardDutyClient,
} from '@aws-sdk/client-guardduty';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DisableSecurityHubCommand, EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import type { Attached } from '../../deployed/deployed.ts';
import { bystander, type ClientOptions } from '../../sandbox/deployment.ts';

export type Account = 'hub' | 'member';

/** Where something is made. */
export interface Where {
  readonly account: string;
  readonly region: string;
}
export type Undo = () => Promise<unknown>;

export async function unsubscribe({ client, outputs: { TopicArn } }: Attached): Promise<void> {
  const sns = client(SNSClient, 'hub');
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  for (const { SubscriptionArn } of Subscriptions) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}

export async function subscribe(deployment: Attached): Promise<Undo> {
  const email = { TopicArn: deployment.outputs.TopicArn, Protocol: 'email', Endpoint: 'on-call@example.com' };
  await deployment.client(SNSClient, 'hub').send(new SubscribeCommand(email));
  return () => unsubscribe(deployment);
}

/** A client of an account's root, in any account and Region of the sandbox. */
export const clientAt = <C>({ sandbox }: Attached, Client: new (options: ClientOptions) => C, where: Where): C =>
  new Client({
    endpoint: sandbox.endpoint,
    region: where.region,
    credentials: { accessKeyId: where.account, secretAccessKey: 'sandbox' },
    maxAttempts: 1,
    userAgentAppId: bystander,
  });

const guardDuty = async (deployment: Attached, where: Where): Promise<Undo> => {
  const detectors = clientAt(deployment, GuardDutyClient, where);
  const wanted = { Enable: true, FindingPublishingFrequency: 'FIFTEEN_MINUTES' } as const;
  const { DetectorId } = await detectors.send(new CreateDetectorCommand(wanted));
  return () => detectors.send(new DeleteDetectorCommand({ DetectorId }));
};

const securityHub = async (deployment: Attached, where: Where): Promise<Undo> => {
  const hub = clientAt(deployment, SecurityHubClient, where);
  await hub.send(new EnableSecurityHubCommand());
  return () => hub.send(new DisableSecurityHubCommand());
};

export const trailName = 'company';

const bucketOf = (account: string): string => `company-trail-${account}`;

/** Calls that manage, and those on objects. */
const all = {
  ReadWriteType: 'All' as const,
  IncludeManagementEvents: true,
  DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
};

/** One of each VPC, in the bucket of the trail. */
const flowLogs = async (deployment: Attached, where: Where): Promise<Undo> => {
  const ec2 = clientAt(deployment, EC2Client, where);
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand());
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: 'VPC',
      ResourceIds: Vpcs.map(({ VpcId = '' }) => VpcId),
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: `arn:aws:s3:::${bucketOf(where.account)}`,
    }),
  );
  return async () => {
    // A fault may have put another in place of one of them.
    const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand());
    const FlowLogIds = FlowLogs.map(({ FlowLogId = '' }) => FlowLogId);
    await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
  };
};

/** One of all Regions. */
const trail = async (deployment: Attached, where: Where): Promise<Undo> => {
  const [trails, s3] = [clientAt(deployment, CloudTrailClient, where), clientAt(deployment, S3Client, where)];
  const Bucket = bucketOf(where.account);
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await trails.send(new CreateTrailCommand({ Name: trailName, S3BucketName: Bucket, IsMultiRegionTrail: true }));
  await trails.send(new PutEventSelectorsCommand({ TrailName: trailName, EventSelectors: [all] }));
  await trails.send(new StartLoggingCommand({ Name: trailName }));
  return async () => {
    await trails.send(new DeleteTrailCommand({ Name: trailName }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  };
};

/** One in the hub, for what is dry-run on instances. */
const instance = async ({ client }: Attached): Promise<Undo> => {
  const ec2 = client(EC2Client, 'hub');
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 }),
  );
  const InstanceIds = Instances.map(({ InstanceId = '' }) => InstanceId);
  return () => ec2.send(new TerminateInstancesCommand({ InstanceIds }));
};

const accountsOf = ({ sandbox }: Attached): string[] => [sandbox.accounts.hub, ...sandbox.members];

/** Prepares everything, everywhere; the administrator of GuardDuty stays, since the sandbox cannot take that back. */
export async function prepare(deployment: Attached): Promise<Undo> {
  const { accounts, region, regions } = deployment.sandbox;
  const AdminAccountId = accounts.hub;
  for (const one of regions) {
    const guardDuties = clientAt(deployment, GuardDutyClient, { account: accounts.hub, region: one });
    await guardDuties.send(new EnableOrganizationAdminAccountCommand({ AdminAccountId }));
  }
  const everywhere = accountsOf(deployment).flatMap((account) => regions.map((one) => ({ account, region: one })));
  const undo = await Promise.all([
    subscribe(deployment),
    instance(deployment),
    ...everywhere.flatMap((where) => [guardDuty(deployment, where), securityHub(deployment, where)]),
  ]);
  const trails = await Promise.all(accountsOf(deployment).map((account) => trail(deployment, { account, region })));
  const flows = await Promise.all(everywhere.map((where) => flowLogs(deployment, where)));
  return async () => {
    // First: what is taken away while a trail records would be answered, a dozen times.
    await Promise.all([...trails, ...flows].map((one) => one()));
    await Promise.all(undo.map((one) => one()));
  };
}

const policyOf = (Action: readonly string[], Resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

/** Keys of a user of the hub who may call these actions and no others. */
export async function caller({ client }: Attached, UserName: string, actions: readonly string[], on = '*') {
  const iam = client(IAMClient, 'hub');
  await iam.send(new CreateUserCommand({ UserName }));
  // A managed one: in a user's own the actions of all checks have no room.
  const document = { PolicyName: `${UserName}-reads`, PolicyDocument: policyOf(actions, on) };
  const { Policy: { Arn: PolicyArn } = {} } = await iam.send(new CreatePolicyCommand(document));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey: { AccessKeyId = '', SecretAccessKey = '' } = {} } = await iam.send(
    new CreateAccessKeyCommand({ UserName }),
  );
  const gone: Undo = async () => {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
    await iam.send(new DeleteUserCommand({ UserName }));
  };
  return { keys: { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey }, gone };
}

/** A role in every member account that principals of the hub may assume, and that may call these actions. */
export async function reader(deployment: Attached, RoleName: string, actions: readonly string[]): Promise<Undo> {
  const { accounts, members, region } = deployment.sandbox;
  const Principal = { AWS: `arn:aws:iam::${accounts.hub}:root` };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  const clients = members.map((account) => clientAt(deployment, IAMClient, { account, region }));
  await Promise.all(
    clients.map(async (iam) => {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'reads', PolicyDocument: policyOf(actions) }));
    }),
  );
  return () =>
    Promise.all(
      clients.map(async (iam) => {
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'reads' }));
        await iam.send(new DeleteRoleCommand({ RoleName }));
      }),
    );
}
