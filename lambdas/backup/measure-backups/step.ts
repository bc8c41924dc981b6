import * as z from 'zod';
import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Key } from '../../kms/key/target.ts';
import { Bucket } from '../../s3/bucket/target.ts';
import { StoredObject } from '../../s3/object/target.ts';
import { BackupVault } from '../backup-vault/target.ts';
import { RecoveryPoint } from '../recovery-point/target.ts';
import { vaultArn } from '../vaults.ts';

/** A vault, what lies in one, what is backed up in any, or a key that backups may need. */
export const BackedUp = z.discriminatedUnion('kind', [BackupVault, RecoveryPoint, Bucket, StoredObject, Key]);
export type BackedUp = z.infer<typeof BackedUp>;

/** Name of the vault, where one is meant; null of what any vault may hold, and where nobody knows which. */
export const vaultOf = (target: BackedUp): string | null => {
  if (target.kind === 'backup-vault') return target.id;
  return target.kind === 'recovery-point' ? target.vault : null;
};
const vaults = (target: BackedUp): string[] => [vaultArn(target, vaultOf(target) ?? '*')];

export const measureBackups = defineStep({
  name: 'measure-backups',
  title: 'Find out which backups are left, and who deletes',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: the recovery points of AWS Backup that are left, which of them go soon, whether their vault is locked and how, who deleted some or made their time shorter, and of one with malware which older one is clean. Of what may be destroyed further, who else in the account deletes snapshots and volumes.',
  target: BackedUp,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('backup:DescribeBackupVault', vaults),
    allow('backup:ListRecoveryPointsByBackupVault', vaults),
    allow('backup:ListRecoveryPointsByResource'),
    allow('backup:DescribeRecoveryPoint', (target: BackedUp) => (target.kind === 'recovery-point' ? [target.id] : [])),
    allow('cloudtrail:LookupEvents'),
  ],
});
