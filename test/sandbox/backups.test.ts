/** AWS Backup as AWS behaves: what the lever on vaults relies on. */
import {
  BackupClient,
  DeleteBackupVaultAccessPolicyCommand,
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  DescribeRecoveryPointCommand,
  GetBackupVaultAccessPolicyCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListRecoveryPointsByResourceCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcome } from './attack.ts';
import { type Keeper, keeper, tryDelete, tryListing, tryRestore, vaultOf } from './backups.ts';
import { clients } from './deployment.ts';
import { policyOf } from './organization.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let where: { sandbox: Sandbox; client: ReturnType<typeof clients> };
let backup: BackupClient;
let thief: Keeper;

beforeAll(async () => {
  sandbox = await startSandbox();
  where = { sandbox, client: clients(sandbox) };
  backup = where.client(BackupClient, 'member');
  await sandbox.post('/_sandbox/enforce', { on: true });
  thief = await keeper(where, 'mallory');
});
afterAll(() => sandbox?.stop());

const deny = (Action: string | string[], Resource = '*', Condition = {}) =>
  policyOf({ Effect: 'Deny', Principal: '*', Action, Resource, Condition });
const put = (BackupVaultName: string, Policy: string) =>
  outcome(backup.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy })));

test('a policy of the vault stops deletions in that vault, for those it is about, and nothing else', async () => {
  const [{ vault: BackupVaultName }, { vault: other }] = [await vaultOf(where), await vaultOf(where)];
  const read = () => outcome(backup.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName })));
  expect(await read()).toBe('ResourceNotFoundException');
  expect(await tryDelete(where, BackupVaultName, thief.key)).toBe('allowed');
  expect(await put(BackupVaultName, deny('backup:Delete*'))).toBe('InvalidParameterValueException');
  expect(await put(BackupVaultName, deny('backup:DeleteRecoveryPoint'))).toBe('allowed');
  expect(await tryDelete(where, BackupVaultName, thief.key)).toBe('denied');
  expect(await tryListing(where, BackupVaultName, thief.key)).toBe('allowed');
  expect(await tryDelete(where, other, thief.key)).toBe('allowed');
  const { accounts } = sandbox;
  const Condition = {
    ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${accounts.member}:user/people/${thief.name}`] },
  };
  expect(await put(BackupVaultName, deny('backup:DeleteRecoveryPoint', '*', Condition))).toBe('allowed');
  expect(await tryDelete(where, BackupVaultName, thief.key)).toBe('allowed');
  await backup.send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName }));
  expect(await read()).toBe('ResourceNotFoundException');
});

test('one recovery point is not restored while its own ARN is denied; another of the vault is', async () => {
  const { vault, volume, points } = await vaultOf(where);
  expect(await put(vault, deny('backup:StartRestoreJob', points[0]))).toBe('allowed');
  expect(await tryRestore(where, points[0], thief.key)).toBe('denied');
  expect(await tryRestore(where, points[1], thief.key)).toBe('allowed');
  const { RecoveryPoints } = await backup.send(new ListRecoveryPointsByResourceCommand({ ResourceArn: volume }));
  expect(RecoveryPoints?.map(({ RecoveryPointArn }) => RecoveryPointArn)).toEqual(points);
});

test('a vault that is not there is forbidden; one with something in it, or under a lock, loses nothing', async () => {
  const { vault: BackupVaultName, points } = await vaultOf(where);
  const [RecoveryPointArn] = points;
  for (const command of [DescribeBackupVaultCommand, GetBackupVaultAccessPolicyCommand])
    expect(await outcome(backup.send(new command({ BackupVaultName: 'no-such-vault' })))).toBe('AccessDeniedException');
  expect(await outcome(backup.send(new DeleteBackupVaultCommand({ BackupVaultName })))).toBe('InvalidRequestException');
  await backup.send(new PutBackupVaultLockConfigurationCommand({ BackupVaultName, ChangeableForDays: 3 }));
  const { Locked, LockDate } = await backup.send(new DescribeBackupVaultCommand({ BackupVaultName }));
  expect([Locked, (LockDate?.getTime() ?? 0) > Date.now()]).toEqual([true, true]);
  const gone = new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn });
  expect(await outcome(backup.send(gone))).toBe('InvalidRequestException');
});

test('a lifecycle says when a recovery point goes', async () => {
  const { vault: BackupVaultName, points } = await vaultOf(where);
  const [RecoveryPointArn] = points;
  const Lifecycle = { DeleteAfterDays: 1 };
  await backup.send(new UpdateRecoveryPointLifecycleCommand({ BackupVaultName, RecoveryPointArn, Lifecycle }));
  const { CalculatedLifecycle, CreationDate } = await backup.send(
    new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }),
  );
  const day = 24 * 60 * 60 * 1000;
  expect((CalculatedLifecycle?.DeleteAt?.getTime() ?? 0) - (CreationDate?.getTime() ?? 0)).toBe(day);
  const { RecoveryPoints } = await backup.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName }));
  expect(RecoveryPoints).toHaveLength(2);
});
