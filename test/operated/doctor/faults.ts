/** Faults a deployment may have, each planted as it would come about, by a call to AWS where one does it, and undone. */
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, UpdateContinuousBackupsCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  DeleteFlowLogsCommand,
  DeleteSecurityGroupCommand,
  DescribeFlowLogsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DeleteClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  DescribeEventBusCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { GuardDutyClient, ListDetectorsCommand, UpdateDetectorCommand } from '@aws-sdk/client-guardduty';
import {
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DisableSecurityHubCommand, EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Patient } from '../../../bin/doctor/check.ts';
import { modeItem } from '../../../lib/items/mode.ts';
import { until } from '../../deployed/credentials/incident.ts';
import { type Attached, call } from '../../deployed/deployed.ts';
import { makeCluster } from '../../sandbox/cluster.ts';
import { replaceSettings, underSettings } from '../../sandbox/settings.ts';
import { type Account, clientAt, subscribe, trailName, type Undo, unsubscribe } from './company.ts';

async function lettersOf({ client }: Attached) {
  const sqs = client(SQSClient, 'hub');
  const { QueueUrls: [QueueUrl] = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'tourniquet-' }));
  return { sqs, QueueUrl };
}

/** Waits for what could not be delivered; takes it away again. */
async function letters(deployment: Attached): Promise<Undo> {
  const { sqs, QueueUrl } = await lettersOf(deployment);
  const AttributeNames = ['ApproximateNumberOfMessages'] as const;
  await until('a dead letter', async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages) > 0 ? 'there' : undefined;
  });
  return () => sqs.send(new PurgeQueueCommand({ QueueUrl }));
}

/** Tourniquet would switch it on again before anybody looks. */
async function unmended({ sandbox }: Attached, action: string): Promise<Undo> {
  const principal = ':assumed-role/tourniquet-contain/';
  await sandbox.post('/_sandbox/faults', { rules: [{ action, principal, effect: 'deny' }] });
  return () => sandbox.post('/_sandbox/faults', { clear: true });
}

export interface Fault {
  /** The checks that name it: its own, and no other. */
  readonly named: readonly [check: string, ...others: string[]];
  /** What the answer has to say. */
  readonly says: RegExp;
  readonly level?: 'warn';
  /** Plants it. */
  readonly plant?: (deployment: Attached) => Promise<Undo>;
  /** In the first member, or in another Region of any; left out: in the hub. */
  readonly at?: 'member' | 'far';
  /** What is configured otherwise than in the sandbox. */
  readonly config?: (config: Patient['config']) => Partial<Patient['config']>;
}

/** AWS answers a call as if the thing were gone. */
const answered =
  (action: string, code: string, contains?: string) =>
  async ({ sandbox }: Attached): Promise<Undo> => {
    const rule = { action, effect: 'error', code, status: 404, ...(contains && { contains }) };
    await sandbox.post('/_sandbox/faults', { rules: [rule] });
    return () => sandbox.post('/_sandbox/faults', { clear: true });
  };

const slackSays =
  (method: string, error: string) =>
  async ({ slack }: Attached): Promise<Undo> => {
    await call(`${slack.url}/faults`, 'POST', { method, error });
    return () => call(`${slack.url}/faults`, 'DELETE');
  };

/** Puts another text in place of a policy, and back. */
const without =
  (sid: string | RegExp) =>
  (text: string): string => {
    const policy = JSON.parse(text) as { Statement: { Sid?: string }[] };
    const kept = policy.Statement.filter((one) => !JSON.stringify(one).match(sid));
    return JSON.stringify({ ...policy, Statement: kept });
  };

/** Tourniquet hears of keys that are disabled, and enables them again by itself (keep-key): not while the doctor is to see them so. */
async function withoutKeeper({ sandbox }: Attached): Promise<Undo> {
  const ours = { principal: 'assumed-role/tourniquet-', effect: 'deny' } as const;
  const rules = ['kms:EnableKey', 'kms:CancelKeyDeletion'].map((action) => ({ action, ...ours }));
  await sandbox.post('/_sandbox/faults', { rules });
  return () => sandbox.post('/_sandbox/faults', { clear: true });
}

const disabledKey = async (deployment: Attached, KeyId: string): Promise<Undo> => {
  const kms = deployment.client(KMSClient, 'hub');
  const letGo = await withoutKeeper(deployment);
  await kms.send(new DisableKeyCommand({ KeyId }));
  return async () => {
    await kms.send(new EnableKeyCommand({ KeyId }));
    await letGo();
  };
};

const topicOf = async ({ client, outputs }: Attached) => {
  const sns = client(SNSClient, 'hub');
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: outputs.TopicArn }));
  return { sns, Attributes };
};

const alarm = async ({ client }: Attached) => {
  const cloudWatch = client(CloudWatchClient, 'hub');
  const AlarmNamePrefix = 'tourniquet-AlarmsThrottled';
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix }));
  return { cloudWatch, AlarmName: MetricAlarms?.[0]?.AlarmName ?? '' };
};

const detector = async ({ client }: Attached, account: Account) => {
  const guardDuty = client(GuardDutyClient, account);
  const { DetectorIds } = await guardDuty.send(new ListDetectorsCommand());
  return { guardDuty, DetectorId: DetectorIds?.[0] };
};

/** One of the rules of a forwarder in the second Region of the second member. */
const farRule = async (deployment: Attached) => {
  const { members, regions } = deployment.sandbox;
  const place = { account: members[1] ?? '', region: regions[1] ?? '' };
  const events = clientAt(deployment, EventBridgeClient, place);
  const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'tourniquet-forward-' }));
  return { events, Name: Rules?.[0]?.Name ?? '', place };
};

const plain = (text = ''): string => decodeURIComponent(text);

const roleOf = async ({ client }: Attached, role: string) => {
  const iam = client(IAMClient, 'member');
  const RoleName = `tourniquet-${role}`;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: role }));
  return { iam, RoleName, trust: plain(Role?.AssumeRolePolicyDocument), rights: plain(PolicyDocument) };
};

export const faults: Readonly<Record<string, Fault>> = {
  'the one subscription is gone': {
    named: ['topic-subscribed'],
    says: /^No subscription/,
    async plant(deployment) {
      await unsubscribe(deployment);
      return () => subscribe(deployment);
    },
  },
  'rules may not publish to the topic': {
    // The rule that tells of the change cannot publish either, and leaves a letter.
    named: ['topic-policy', 'dead-letters'],
    says: /does not admit events\.amazonaws\.com$/,
    async plant(deployment) {
      const { sns, Attributes } = await topicOf(deployment);
      const put = (AttributeValue = ''): Promise<unknown> =>
        sns.send(
          new SetTopicAttributesCommand({
            TopicArn: deployment.outputs.TopicArn,
            AttributeName: 'Policy',
            AttributeValue,
          }),
        );
      await put(without('events.amazonaws.com')(Attributes.Policy ?? ''));
      const purge = await letters(deployment);
      return async () => {
        await put(Attributes.Policy);
        await purge();
      };
    },
  },
  'the key of the topic is disabled': {
    named: ['topic-key'],
    says: /Disabled/,
    plant: async (deployment) => disabledKey(deployment, (await topicOf(deployment)).Attributes.KmsMasterKeyId ?? ''),
  },
  'Slack is not configured': {
    named: ['slack-configured'],
    says: /No Slack/,
    level: 'warn',
    config: () => ({ slack: undefined }),
  },
  'the secret holds the placeholder': {
    named: ['slack-secret'],
    says: /botToken should be a bot token/,
    async plant({ client, outputs: { SecretArn: SecretId } }) {
      const secrets = client(SecretsManagerClient, 'hub');
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      const put = (text?: string) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: text }));
      await put(JSON.stringify({ ...(JSON.parse(SecretString ?? '') as object), botToken: 'replace-me' }));
      return () => put(SecretString);
    },
  },
  'the token was revoked': {
    named: ['slack-token'],
    says: /token_revoked/,
    plant: slackSays('auth.test', 'token_revoked'),
  },
  'the token is of another workspace': {
    named: ['slack-token'],
    says: /configuration names T0ELSEWHERE/,
    config: ({ slack }) => ({ slack: slack && { ...slack, team: 'T0ELSEWHERE' } }),
  },
  'the app is in neither channel': {
    named: ['slack-channel', 'slack-escalation'],
    says: /channel_not_found/,
    plant: slackSays('conversations.info', 'channel_not_found'),
  },
  'the group on call is another': {
    named: ['slack-on-call'],
    says: /^There is no user group S0ELSEWHERE/,
    config: ({ slack }) => ({ slack: slack && { ...slack, onCall: 'S0ELSEWHERE' } }),
  },
  'there is one approver': {
    named: ['approvers-two'],
    says: /^1 by Slack, 1 by the command line/,
    config: ({ approvers }) => ({ approvers: approvers.slice(0, 1) }),
  },
  'the same person is on the list twice': {
    named: ['approvers-two'],
    says: /^1 by Slack, 1 by the command line/,
    config: ({ approvers: [rosa = {}] }) => ({ approvers: [rosa, { slack: rosa.slack, iam: rosa.iam }] }),
  },
  'nobody knows who an approver is in AWS': {
    named: ['approvers-known'],
    says: /^Mia has neither "iam" nor "login"/,
    level: 'warn',
    config: ({ approvers }) => ({ approvers: [...approvers, { name: 'Mia', slack: 'U024BE7LM' }] }),
  },
  'an approver has left': {
    named: ['approvers-exist'],
    says: /Not in account 111122223333: leo/,
    plant: answered('iam:GetUser', 'NoSuchEntity', 'leo'),
  },
  'the organisation is another': {
    named: ['organization'],
    says: /trust o-elsewhere1/,
    config: () => ({ organization: { id: 'o-elsewhere1' } }),
  },
  'the hub administers GuardDuty for nobody': {
    named: ['guardduty-administrator'],
    says: /^No administrator is named; the configuration expects 111122223333$/,
    // Then the organisation is asked in place of GuardDuty.
    config: ({ organizationAdmin }) => ({
      organizationAdmin: organizationAdmin && { ...organizationAdmin, management: '999999999999' },
    }),
  },
  'every account of the organisation is left out': {
    named: ['members'],
    says: /^No account besides the hub/,
    level: 'warn',
    config: () => ({ organization: { id: 'o-tourniquet1', include: ['ou-sand-quarantine'] } }),
  },
  'a rule is disabled': {
    named: ['rules-enabled'],
    says: /tourniquet-daily/,
    async plant({ client }) {
      const events = client(EventBridgeClient, 'hub');
      await events.send(new DisableRuleCommand({ Name: 'tourniquet-daily' }));
      return () => events.send(new EnableRuleCommand({ Name: 'tourniquet-daily' }));
    },
  },
  'a rule has no target': {
    named: ['rules-targets'],
    says: /tourniquet-daily/,
    async plant({ client }) {
      const events = client(EventBridgeClient, 'hub');
      const Rule = 'tourniquet-daily';
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      await events.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id = '' }) => Id) }));
      return () => events.send(new PutTargetsCommand({ Rule, Targets }));
    },
  },
  'a function is switched off': {
    named: ['functions-callable'],
    says: /tourniquet-close-out: concurrency 0/,
    async plant({ client }) {
      const lambda = client(LambdaClient, 'hub');
      const FunctionName = 'tourniquet-close-out';
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
      return () => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    },
  },
  'a function is gone': {
    named: ['functions-callable'],
    says: /tourniquet-open-incident: missing/,
    plant: answered('lambda:GetFunction', 'ResourceNotFoundException', 'tourniquet-open-incident'),
  },
  'a function’s role lost its tag': {
    // Without it the role is not let in, and says so when it is asked.
    named: ['function-roles', 'functions-assume'],
    says: /tourniquet-quarantine-interfaces: no tag tourniquet-contain$/,
    async plant({ client }) {
      const iam = client(IAMClient, 'hub');
      const RoleName = 'tourniquet-quarantine-interfaces';
      const Tag = { Key: 'tourniquet-contain', Value: 'tourniquet' };
      await iam.send(new UntagRoleCommand({ RoleName, TagKeys: [Tag.Key] }));
      return () => iam.send(new TagRoleCommand({ RoleName, Tags: [Tag] }));
    },
  },
  'a function is not let into a role': {
    named: ['functions-assume'],
    says: /^tourniquet-leave-auto-scaling as tourniquet-\S+: Broken: STS refused/,
    async plant({ sandbox }) {
      const rule = { action: 'sts:AssumeRole', effect: 'deny', principal: 'tourniquet-leave-auto-scaling' };
      await sandbox.post('/_sandbox/faults', { rules: [rule] });
      return () => sandbox.post('/_sandbox/faults', { clear: true });
    },
  },
  'a role may not do to an instance what containment does': {
    named: ['dry-run'],
    says: /^On i-\w+: ec2:ModifyNetworkInterfaceAttribute as tourniquet-contain: UnauthorizedOperation/,
    // As a policy of the organisation does it; the role's own rights stay as the proof of permissions reads them.
    async plant({ sandbox }) {
      const rule = {
        action: 'ec2:ModifyNetworkInterfaceAttribute',
        effect: 'deny',
        principal: 'tourniquet-contain/check',
      };
      await sandbox.post('/_sandbox/faults', { rules: [rule] });
      return () => sandbox.post('/_sandbox/faults', { clear: true });
    },
  },
  'a state machine is gone': {
    named: ['machines-active'],
    says: /tourniquet-release: missing/,
    plant: answered('states:DescribeStateMachine', 'StateMachineDoesNotExist', 'tourniquet-release'),
  },
  'the schedule group is gone': {
    named: ['schedule-group'],
    says: /not there/,
    plant: answered('scheduler:GetScheduleGroup', 'ResourceNotFoundException'),
  },
  'a letter lies in the dead-letter queue': {
    named: ['dead-letters'],
    says: /^1 in the queue/,
    async plant(deployment) {
      const { sqs, QueueUrl } = await lettersOf(deployment);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      return () => sqs.send(new PurgeQueueCommand({ QueueUrl }));
    },
  },
  'the stack may be deleted': {
    named: ['stack-protected'],
    says: /^Termination protection is off$/,
    async plant({ client }) {
      const cloudFormation = client(CloudFormationClient, 'hub');
      const put = (EnableTerminationProtection: boolean) =>
        cloudFormation.send(
          new UpdateTerminationProtectionCommand({ StackName: 'tourniquet', EnableTerminationProtection }),
        );
      await put(false);
      return () => put(true);
    },
  },
  'the table may be deleted': {
    named: ['table-protected'],
    says: /^Deletion protection is off: tourniquet-Incidents/,
    async plant({ client, outputs: { TableName } }) {
      const tables = client(DynamoDBClient, 'hub');
      const put = (DeletionProtectionEnabled: boolean) =>
        tables.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
      await put(false);
      return () => put(true);
    },
  },
  'the settings may be deleted': {
    named: ['table-protected'],
    says: /^Deletion protection is off: tourniquet-Settings/,
    async plant({ client, outputs: { SettingsTableName: TableName } }) {
      const tables = client(DynamoDBClient, 'hub');
      const put = (DeletionProtectionEnabled: boolean) =>
        tables.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
      await put(false);
      return () => put(true);
    },
  },
  'the table is gone': {
    named: ['table-active', 'table-copies', 'table-protected'],
    says: /not there/,
    plant: answered('dynamodb:DescribeTable', 'ResourceNotFoundException'),
  },
  'the table cannot be restored': {
    named: ['table-recovery'],
    says: /recovery is off/,
    async plant({ client, outputs: { TableName } }) {
      const tables = client(DynamoDBClient, 'hub');
      const put = (PointInTimeRecoveryEnabled: boolean) =>
        tables.send(
          new UpdateContinuousBackupsCommand({
            TableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
          }),
        );
      await put(false);
      return () => put(true);
    },
  },
  'nothing reads the stream of the table': {
    named: ['table-copies'],
    says: /^Reading the stream of the table is Disabled$/,
    async plant({ client }) {
      const lambda = client(LambdaClient, 'hub');
      const query = new ListEventSourceMappingsCommand({ FunctionName: 'tourniquet-copy-to-vault' });
      const { EventSourceMappings: [mapping] = [] } = await lambda.send(query);
      const put = (Enabled: boolean) =>
        lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
      await put(false);
      return () => put(true);
    },
  },
  'the mode is observe': {
    named: ['mode'],
    says: /^observe/,
    level: 'warn',
    // As an earlier version switched it: no settings are in their table.
    async plant({ client, outputs: { TableName } }) {
      const documents = DynamoDBDocumentClient.from(client(DynamoDBClient, 'hub'));
      const Item = modeItem.item({ mode: 'observe', by: 'doctor.test', at: new Date().toISOString() });
      await documents.send(new PutCommand({ TableName, Item }));
      return () => documents.send(new DeleteCommand({ TableName, Key: modeItem.key() }));
    },
  },
  'the settings are not those deployed': {
    named: ['settings'],
    says: /not what was deployed, and the table counts/,
    level: 'warn',
    plant: (deployment) => underSettings(deployment, { breaker: { account: 1, all: 1 } }),
  },
  'the settings cannot be read': {
    named: ['settings'],
    says: /nobody can approve/,
    plant: (deployment) => replaceSettings(deployment, { v: 1, settings: 'lost' }),
  },
  'evidence is locked for a month': {
    named: ['vault-lock'],
    says: /30 days; the configuration says 104/,
    async plant({ client, outputs: { VaultName: Bucket } }) {
      const s3 = client(S3Client, 'hub');
      const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
      const put = (configuration: typeof ObjectLockConfiguration) =>
        s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: configuration }));
      await put({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } });
      return () => put(ObjectLockConfiguration);
    },
  },
  'evidence is to be locked in compliance mode, and is not': {
    named: ['vault-lock'],
    says: /^GOVERNANCE, 104 days; the configuration says compliance$/,
    config: () => ({ lock: 'compliance' }),
  },
  'the vault may become public': {
    named: ['vault-public'],
    says: /BlockPublicAcls/,
    async plant({ client, outputs: { VaultName: Bucket } }) {
      const s3 = client(S3Client, 'hub');
      const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      return () => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    },
  },
  'our own roles may take evidence': {
    named: ['vault-policy'],
    says: /lacks NoResponderTampers$/,
    async plant({ client, outputs: { VaultName: Bucket } }) {
      const s3 = client(S3Client, 'hub');
      const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: without('NoResponderTampers')(Policy) }));
      return () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
  },
  'the key of the vault is disabled': {
    named: ['vault-key'],
    says: /Disabled/,
    async plant(deployment) {
      const command = new GetBucketEncryptionCommand({ Bucket: deployment.outputs.VaultName });
      const { ServerSideEncryptionConfiguration } = await deployment.client(S3Client, 'hub').send(command);
      const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
      return disabledKey(deployment, rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? '');
    },
  },
  'the sealing key is disabled': {
    named: ['sealing-key'],
    says: /Disabled/,
    plant: (deployment) => disabledKey(deployment, deployment.outputs.SealingKeyArn ?? ''),
  },
  'the sealing key is to be deleted': {
    named: ['sealing-key'],
    says: /deletion is scheduled/,
    async plant(deployment) {
      const kms = deployment.client(KMSClient, 'hub');
      const KeyId = deployment.outputs.SealingKeyArn;
      const letGo = await withoutKeeper(deployment);
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      return async () => {
        await kms.send(new CancelKeyDeletionCommand({ KeyId }));
        await kms.send(new EnableKeyCommand({ KeyId }));
        await letGo();
      };
    },
  },
  'anybody may sign records': {
    named: ['sealing-key-policy'],
    says: /lacks OnlySealersSign$/,
    async plant({ client, outputs: { SealingKeyArn: KeyId } }) {
      const kms = client(KMSClient, 'hub');
      const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: without('OnlySealersSign')(Policy) }));
      return () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    },
  },
  'the sealing key is of another deployment': {
    named: ['sealing-key-policy'],
    says: /another deployment/,
    async plant({ client, outputs: { SealingKeyArn: KeyId } }) {
      const kms = client(KMSClient, 'hub');
      const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
      const others = Policy.replaceAll('tourniquet-seal-', 'former-seal-');
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: others }));
      return () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    },
  },
  'an alarm is silenced': {
    named: ['alarms-armed'],
    says: /tourniquet-AlarmsThrottled/,
    async plant(deployment) {
      const { cloudWatch, AlarmName } = await alarm(deployment);
      const AlarmNames = [AlarmName];
      await cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
      return () => cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
    },
  },
  'an alarm is ringing': {
    named: ['alarms-quiet'],
    says: /throttled, for minutes/,
    async plant(deployment) {
      const { cloudWatch, AlarmName } = await alarm(deployment);
      const put = (StateValue: 'ALARM' | 'OK') =>
        cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'planted' }));
      await put('ALARM');
      return () => put('OK');
    },
  },
  'logs are kept for a month': {
    named: ['log-retention'],
    says: /\/tourniquet\/functions: 30 days/,
    async plant({ client }) {
      const logs = client(CloudWatchLogsClient, 'hub');
      const put = (retentionInDays: number) =>
        logs.send(new PutRetentionPolicyCommand({ logGroupName: '/tourniquet/functions', retentionInDays }));
      await put(30);
      return () => put(365);
    },
  },
  'a member lost a role': {
    named: ['member-roles', 'functions-let-in'],
    says: /Missing: tourniquet-eradicate/,
    at: 'member',
    async plant(deployment) {
      const { iam, RoleName, trust, rights } = await roleOf(deployment, 'eradicate');
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'eradicate' }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      return async () => {
        await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
        await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'eradicate', PolicyDocument: rights }));
      };
    },
  },
  'a member trusts somebody else': {
    named: ['member-trust', 'functions-let-in'],
    says: /tourniquet-contain/,
    at: 'member',
    async plant(deployment) {
      const { iam, RoleName, trust } = await roleOf(deployment, 'contain');
      const put = (PolicyDocument: string) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      await put(trust.replaceAll(deployment.sandbox.accounts.hub, '999999999999'));
      return () => put(trust);
    },
  },
  'a member has the roles of an older version': {
    named: ['member-version'],
    says: /tourniquet-release/,
    at: 'member',
    async plant(deployment) {
      const { iam, RoleName, rights } = await roleOf(deployment, 'release');
      const put = (PolicyDocument: string) =>
        iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'release', PolicyDocument }));
      await put(without('elasticloadbalancing:RegisterTargets')(rights));
      return () => put(rights);
    },
  },
  'the quarantine policy denies on a condition': {
    named: ['quarantine-policy'],
    says: /does not deny everything/,
    at: 'member',
    async plant({ client, sandbox }) {
      const iam = client(IAMClient, 'member');
      const PolicyArn = `arn:aws:iam::${sandbox.accounts.member}:policy/tourniquet-quarantine/tourniquet-deny-all`;
      const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
      const put = async (Statement: object[]) => {
        const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
        const command = new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true });
        return (await iam.send(command)).PolicyVersion?.VersionId;
      };
      const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
      const VersionId = await put([{ ...everything, Condition }]);
      return async () => {
        await put([everything]);
        await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
      };
    },
  },
  'the bus lets nobody in': {
    named: ['bus-policy'],
    says: /lacks tourniquet-forwarders/,
    async plant({ client }) {
      const events = client(EventBridgeClient, 'hub');
      const { Policy = '' } = await events.send(new DescribeEventBusCommand());
      const put = (policy: string) => events.send(new PutPermissionCommand({ Policy: policy }));
      await put(Policy.replaceAll('tourniquet-forwarders', 'somebody-else'));
      return () => put(Policy);
    },
  },
  'a group may not be filled': {
    named: ['canary-open-group'],
    says: /^could not be asked/,
    plant: answered('ec2:AuthorizeSecurityGroupIngress', 'RulesPerSecurityGroupLimitExceeded'),
  },
  'a snapshot cannot be locked': {
    named: ['canary-snapshot-lock'],
    says: /^could not be asked/,
    plant: answered('ec2:LockSnapshot', 'OperationNotPermitted'),
  },
  'the policy that denies a user cannot be attached': {
    named: ['canary-denied-user'],
    says: /^It is not there/,
    plant: answered('iam:AttachUserPolicy', 'NoSuchEntity'),
  },
  'a forwarder’s rule is disabled, far away': {
    named: ['forwarder'],
    says: /^Disabled: tourniquet-forward-/,
    at: 'far',
    async plant(deployment) {
      const { events, Name } = await farRule(deployment);
      await events.send(new DisableRuleCommand({ Name }));
      return () => events.send(new EnableRuleCommand({ Name }));
    },
  },
  'a forwarder’s rule sends nowhere': {
    named: ['forwarder-delivers'],
    says: /rules send to arn:aws:events:eu-central-1:111122223333:event-bus\/default$/,
    at: 'far',
    async plant(deployment) {
      const { events, Name: Rule } = await farRule(deployment);
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      await events.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id = '' }) => Id) }));
      return () => events.send(new PutTargetsCommand({ Rule, Targets }));
    },
  },
  'an event could not be delivered to the hub': {
    named: ['forwarder-delivers'],
    says: /^1 events could not be delivered/,
    at: 'far',
    async plant(deployment) {
      const { events, Name: Rule, place } = await farRule(deployment);
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const sqs = clientAt(deployment, SQSClient, place);
      const QueueName = Targets[0]?.DeadLetterConfig?.Arn?.split(':').at(-1);
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      return () => sqs.send(new PurgeQueueCommand({ QueueUrl }));
    },
  },
  'GuardDuty is suspended in a member': {
    named: ['guardduty'],
    says: /is suspended/,
    at: 'member',
    async plant(deployment) {
      const { guardDuty, DetectorId } = await detector(deployment, 'member');
      const mend = await unmended(deployment, 'guardduty:UpdateDetector');
      await guardDuty.send(new UpdateDetectorCommand({ DetectorId, Enable: false }));
      return async () => {
        await mend();
        await guardDuty.send(new UpdateDetectorCommand({ DetectorId, Enable: true }));
      };
    },
  },
  'GuardDuty publishes every six hours': {
    named: ['guardduty-frequency'],
    says: /^SIX_HOURS/,
    level: 'warn',
    async plant(deployment) {
      const { guardDuty, DetectorId } = await detector(deployment, 'hub');
      const put = (FindingPublishingFrequency: 'SIX_HOURS' | 'FIFTEEN_MINUTES') =>
        guardDuty.send(new UpdateDetectorCommand({ DetectorId, FindingPublishingFrequency }));
      await put('SIX_HOURS');
      return () => put('FIFTEEN_MINUTES');
    },
  },
  'Security Hub is off': {
    named: ['securityhub'],
    says: /^Off/,
    level: 'warn',
    async plant({ client }) {
      const hub = client(SecurityHubClient, 'hub');
      await hub.send(new DisableSecurityHubCommand());
      return () => hub.send(new EnableSecurityHubCommand());
    },
  },
  'a member’s trail was stopped': {
    named: ['trail'],
    says: /company does not log/,
    at: 'member',
    async plant(deployment) {
      const trails = deployment.client(CloudTrailClient, 'member');
      const mend = await unmended(deployment, 'cloudtrail:StartLogging');
      await trails.send(new StopLoggingCommand({ Name: trailName }));
      return async () => {
        await mend();
        await trails.send(new StartLoggingCommand({ Name: trailName }));
      };
    },
  },
  'a member’s VPC lost its flow log': {
    named: ['logs'],
    level: 'warn',
    says: /would miss: network \(no flow log of vpc-/,
    at: 'member',
    async plant({ client }) {
      const ec2 = client(EC2Client, 'member');
      const { FlowLogs: [log] = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
      const { FlowLogId = '', ResourceId = '', LogDestination } = log ?? {};
      await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [FlowLogId] }));
      const again = {
        ResourceType: 'VPC' as const,
        ResourceIds: [ResourceId],
        TrafficType: 'ALL' as const,
        LogDestination,
      };
      return () => ec2.send(new CreateFlowLogsCommand({ ...again, LogDestinationType: 's3' }));
    },
  },
  'nobody has let Tourniquet into a cluster': {
    named: ['clusters'],
    level: 'warn',
    says: /^forgotten has no access entry for arn:aws:iam::\d+:role\/tourniquet-read-evidence, /,
    async plant({ client, sandbox }) {
      await makeCluster(sandbox, client, 'forgotten');
      return () => client(EKSClient, 'member').send(new DeleteClusterCommand({ name: 'forgotten' }));
    },
    at: 'member',
  },
  'a quarantine group lets traffic out': {
    named: ['quarantine-groups'],
    says: /With rules: sg-/,
    async plant({ client }) {
      const ec2 = client(EC2Client, 'hub');
      const { Vpcs } = await ec2.send(new DescribeVpcsCommand());
      // A new group lets everything out (VPC user guide, "Security group rules").
      const wanted = { GroupName: 'tourniquet-quarantine-closed', Description: 'planted', VpcId: Vpcs?.[0]?.VpcId };
      const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(wanted));
      return () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    },
  },
};
