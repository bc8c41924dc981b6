import * as z from 'zod';
import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Bucket } from '../../s3/bucket/target.ts';
import { BackupVault } from '../backup-vault/target.ts';
import { vaultArn } from '../vaults.ts';

/** A vault, or what is backed up in one. */
export const BackedUp = z.discriminatedUnion('kind', [BackupVault, Bucket]);
export type BackedUp = z.infer<typeof BackedUp>;

/** The vault itself; whatever vaults hold backups of anything else. */
const vaults = (target: BackedUp): string[] => [vaultArn(target, target.kind === 'backup-vault' ? target.id : '*')];

export const measureBackups = defineStep({
  name: 'measure-backups',
  title: 'Find out which backups are left',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: the recovery points of AWS Backup that are left, which of them go soon, whether their vault is locked and how, and who deleted some or made their time shorter.',
  target: BackedUp,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('backup:DescribeBackupVault', vaults),
    allow('backup:ListRecoveryPointsByBackupVault', vaults),
    allow('backup:ListRecoveryPointsByResource'),
    allow('cloudtrail:LookupEvents'),
  ],
});
