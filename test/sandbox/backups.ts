/** Backups of the small company: a vault, what lies in it, who works with it, and who deletes from it. */
import { randomBytes } from 'node:crypto';
import {
  BackupClient,
  CreateBackupVaultCommand,
  DeleteRecoveryPointCommand,
  ListRecoveryPointsByBackupVaultCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
  StartScanJobCommand,
} from '@aws-sdk/client-backup';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Credentials, clients, type Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';

type InAccount = Pick<Deployment, 'client' | 'sandbox'>;

/** A user with all rights on backups, as whoever operates them has. */
export interface Keeper {
  readonly name: string;
  readonly key: Credentials;
}

const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** A user who may do anything with AWS Backup, and hand it its role. */
export async function keeper({ client }: InAccount, name: string): Promise<Keeper> {
  const iam = client(IAMClient, 'member');
  const UserName = `${name}-${randomBytes(4).toString('hex')}`;
  await iam.send(new CreateUserCommand({ UserName, Path: '/people/' }));
  const Statement = { Effect: 'Allow', Action: ['backup:*', 'iam:PassRole'], Resource: '*' };
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'backup', PolicyDocument: document(Statement) }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  return { name: UserName, key };
}

/** The role with which AWS Backup works (AWS Backup developer guide, "Default service role"). */
async function serviceRole({ client }: InAccount): Promise<string> {
  const iam = client(IAMClient, 'member');
  const RoleName = 'AWSBackupDefaultServiceRole';
  const Statement = { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const made = { RoleName, Path: '/service-role/', AssumeRolePolicyDocument: document(Statement) };
  const { Role } = await iam.send(new CreateRoleCommand(made)).catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException') throw error;
    return iam.send(new GetRoleCommand({ RoleName }));
  });
  return Role?.Arn ?? '';
}

/** A backup of the resource: the ARN of its recovery point. */
export async function backUp(where: InAccount, BackupVaultName: string, ResourceArn: string, days = 35) {
  const IamRoleArn = await serviceRole(where);
  const Lifecycle = { DeleteAfterDays: days };
  const command = new StartBackupJobCommand({ BackupVaultName, ResourceArn, IamRoleArn, Lifecycle });
  return (await where.client(BackupClient, 'member').send(command)).RecoveryPointArn ?? '';
}

/** A backup that has been scanned, with what is in it; the ARN of its recovery point. */
export async function scanned(where: InAccount, BackupVaultName: string, ResourceArn: string, holds: string) {
  const IamRoleArn = await serviceRole(where);
  const backup = where.client(BackupClient, 'member');
  const { RecoveryPointArn = '' } = await backup.send(
    new StartBackupJobCommand({ BackupVaultName, ResourceArn, IamRoleArn, RecoveryPointTags: { holds } }),
  );
  const scan = { MalwareScanner: 'GUARDDUTY', ScanMode: 'FULL_SCAN', ScannerRoleArn: IamRoleArn } as const;
  await backup.send(new StartScanJobCommand({ BackupVaultName, RecoveryPointArn, IamRoleArn, ...scan }));
  return RecoveryPointArn;
}

/** A vault with two recovery points of one volume. */
export async function vaultOf(where: InAccount) {
  const word = randomBytes(4).toString('hex');
  const vault = `daily-${word}`;
  const { accounts, region } = where.sandbox;
  const volume = `arn:aws:ec2:${region}:${accounts.member}:volume/vol-${word}`;
  await where.client(BackupClient, 'member').send(new CreateBackupVaultCommand({ BackupVaultName: vault }));
  const points = [await backUp(where, vault, volume), await backUp(where, vault, volume)] as const;
  return { vault, volume, points };
}

const denials = ['AccessDeniedException', 'InvalidClientTokenId', 'UnrecognizedClientException'];

const tried = (attempt: Promise<unknown>): Promise<Attempt> =>
  attempt.then(
    () => 'allowed' as const,
    (error: Error) => {
      if (denials.includes(error.name)) return 'denied' as const;
      throw error;
    },
  );

/** Really deletes a recovery point, which was put there for that. */
export async function tryDelete(where: InAccount, vault: string, as: Credentials): Promise<Attempt> {
  const { accounts, region } = where.sandbox;
  const bucket = `arn:aws:s3:::spare-${accounts.member}-${region}`;
  const RecoveryPointArn = await backUp(where, vault, bucket);
  const command = new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn });
  return tried(clients(where.sandbox)(BackupClient, 'member', as).send(command));
}

/** Really starts a restore of a recovery point. */
export async function tryRestore(where: InAccount, RecoveryPointArn: string, as: Credentials): Promise<Attempt> {
  const IamRoleArn = await serviceRole(where);
  const Metadata = { availabilityZone: 'eu-central-1a' };
  const command = new StartRestoreJobCommand({ RecoveryPointArn, Metadata, IamRoleArn });
  return tried(clients(where.sandbox)(BackupClient, 'member', as).send(command));
}

/** Whether somebody can still list what lies there, as whoever operates backups does. */
export async function tryListing(where: InAccount, BackupVaultName: string, as: Credentials): Promise<Attempt> {
  const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName });
  return tried(clients(where.sandbox)(BackupClient, 'member', as).send(command));
}
