/** For each word a contract may write under `hub`, a call that needs it. Whoever lacks the word has to be refused. */

import { randomBytes } from 'node:crypto';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DecryptCommand, EncryptCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { GetExecutionHistoryCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { HubRight } from '../../../lib/domain/step.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { toolBucket } from '../../sandbox/memory-tool.ts';
import type { Attached } from '../deployed.ts';
import type { Policies } from './policies.ts';

type Try = (as: Credentials) => Promise<unknown>;

/** The key that task tokens are encrypted with: the one request-approval may encrypt with. */
export function tokenKey({ roles }: Policies): string {
  const statements = roles
    .filter(({ name }) => name === 'tourniquet-request-approval')
    .flatMap(({ policies }) => policies.flatMap(({ policy }) => policy.Statement));
  return statements.find(({ Action }) => Action?.includes('kms:Encrypt'))?.Resource?.[0] ?? 'no key';
}

/** Something that lies where the artefacts of an incident lie, or somewhere else in the vault. */
async function anyEvidence({ client, outputs }: Attached, Key = 'incidents/probe/evidence') {
  const place = { Bucket: outputs.VaultName, Key };
  const { VersionId } = await client(S3Client, 'hub').send(new PutObjectCommand({ ...place, Body: 'probe' }));
  return { ...place, VersionId };
}

/** Something locked beside what belongs to incidents: whoever may only read evidence may not look at its lock. */
async function anythingLocked({ client, outputs }: Attached) {
  const place = { Bucket: outputs.VaultName, Key: 'probe/locked' };
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000) } as const;
  const { VersionId } = await client(S3Client, 'hub').send(new PutObjectCommand({ ...place, Body: 'probe', ...lock }));
  return { ...place, VersionId };
}

/** Something that comes in parts, and of which none has come. */
async function anyParts({ client, outputs }: Attached) {
  const place = { Bucket: outputs.VaultName, Key: 'incidents/probe/parts' };
  const { UploadId } = await client(S3Client, 'hub').send(new CreateMultipartUploadCommand(place));
  return { ...place, UploadId };
}

export async function hubRights(deployment: Attached, policies: Policies): Promise<Record<HubRight, Try>> {
  const { client, outputs, sandbox } = deployment;
  const KeyId = tokenKey(policies);
  const Plaintext = Buffer.from('a task token');
  const { CiphertextBlob } = await client(KMSClient, 'hub').send(new EncryptCommand({ KeyId, Plaintext }));
  const schedule = {
    GroupName: outputs.ScheduleGroup,
    Name: `probe-${randomBytes(3).toString('hex')}`,
    ScheduleExpression: 'at(2099-01-01T00:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: `arn:aws:lambda:${sandbox.region}:${sandbox.accounts.hub}:function:tourniquet-clock-tick`,
      RoleArn: `arn:aws:iam::${sandbox.accounts.hub}:role/tourniquet-schedules`,
    },
  };
  const query = {
    TableName: outputs.TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'probe' } },
  };
  const machine = { stateMachineArn: outputs.MachineRelease, input: '{}' };
  const started = await client(SFNClient, 'hub').send(
    new StartExecutionCommand({ stateMachineArn: outputs.MachineRelease, input: '{}' }),
  );
  const execution = { executionArn: started.executionArn };
  const any = { stateMachineArn: outputs.MachineUnmappedFinding, input: '{}' };
  const chain = { stateMachineArn: outputs.MachineIamRoleSession, input: '{}' };
  const person = { stateMachineArn: outputs.MachineIdentityCenterUser, input: '{}' };
  const instance = { stateMachineArn: outputs.MachineEc2InstanceCompromise, input: '{}' };
  const rogue = { stateMachineArn: outputs.MachineRogueInstance, input: '{}' };
  const object = { Bucket: outputs.VaultName, Key: 'probe/object', Body: 'probe' };
  const tool = { Bucket: toolBucket.bucket, Key: toolBucket.key };
  const [sealed, locked, checkpoint, parts] = await Promise.all([
    anyEvidence(deployment),
    anythingLocked(deployment),
    anyEvidence(deployment, 'checkpoints/probe'),
    anyParts(deployment),
  ]);
  const TableName = outputs.SettingsTableName;
  const unlisted = { TableName: outputs.TableName, Key: { pk: { S: 'INCIDENTS' }, sk: { S: 'probe' } } };
  const probe = { pk: { S: 'probe' }, sk: { S: 'probe' } };
  const message = { TopicArn: outputs.TopicArn, Message: 'probe' };
  const signing = {
    KeyId: outputs.SealingKeyArn,
    ...({ Message: randomBytes(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const),
  };
  return {
    seal: (as) => client(KMSClient, 'hub', as).send(new SignCommand(signing)),
    // What is read back of a copy is a part of it: the lock is not.
    'read-vault': (as) => {
      const s3 = client(S3Client, 'hub', as);
      return Promise.all([s3.send(new GetObjectCommand(sealed)), s3.send(new GetObjectRetentionCommand(sealed))]);
    },
    'read-back': (as) => client(S3Client, 'hub', as).send(new GetObjectCommand(sealed)),
    'vault-parts': (as) => client(S3Client, 'hub', as).send(new ListPartsCommand(parts)),
    'read-tools': (as) => client(S3Client, 'hub', as).send(new GetObjectCommand(tool)),
    'read-checkpoints': (as) => client(S3Client, 'hub', as).send(new GetObjectCommand(checkpoint)),
    copy: (as) => client(S3Client, 'hub', as).send(new PutObjectCommand({ ...object, Key: 'copies/probe' })),
    vault: (as) => client(S3Client, 'hub', as).send(new PutObjectCommand(object)),
    'security-hub': (as) =>
      client(SecurityHubClient, 'hub', as)
        .send(new GetFindingsCommand({}))
        // It may read them, also where Security Hub is not in use, or where the function itself has just read many.
        .catch((error: Error) => /^(InvalidAccess|TooManyRequests)/.test(error.name) || Promise.reject(error)),
    slack: (as) =>
      client(SecretsManagerClient, 'hub', as).send(new GetSecretValueCommand({ SecretId: outputs.SecretArn })),
    notify: (as) => client(SNSClient, 'hub', as).send(new PublishCommand(message)),
    schedule: (as) => client(SchedulerClient, 'hub', as).send(new CreateScheduleCommand(schedule)),
    watch: (as) => client(EventBridgeClient, 'hub', as).send(new ListRulesCommand({})),
    sweep: (as) => client(SchedulerClient, 'hub', as).send(new ListSchedulesCommand({})),
    'extend-locks': (as) => client(S3Client, 'hub', as).send(new GetObjectRetentionCommand(locked)),
    ask: (as) => client(KMSClient, 'hub', as).send(new EncryptCommand({ KeyId, Plaintext })),
    decide: (as) => client(KMSClient, 'hub', as).send(new DecryptCommand({ KeyId, CiphertextBlob })),
    'start-playbook': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(any)),
    'start-chained': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(chain)),
    'start-for-identity': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(person)),
    'start-for-instance': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(instance)),
    'start-for-started': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(rogue)),
    'start-release': (as) => client(SFNClient, 'hub', as).send(new StartExecutionCommand(machine)),
    'read-runs': (as) => client(SFNClient, 'hub', as).send(new GetExecutionHistoryCommand(execution)),
    'read-settings': (as) => client(DynamoDBClient, 'hub', as).send(new GetItemCommand({ TableName, Key: probe })),
    'keep-settings': (as) => client(DynamoDBClient, 'hub', as).send(new PutItemCommand({ TableName, Item: probe })),
    'leave-table': (as) => client(DynamoDBClient, 'hub', as).send(new DeleteItemCommand(unlisted)),
    'read-organization': (as) => client(OrganizationsClient, 'hub', as).send(new ListAccountsCommand({})),
    'read-incident': (as) => client(DynamoDBClient, 'hub', as).send(new QueryCommand(query)),
  };
}
