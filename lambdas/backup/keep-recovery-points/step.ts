import { allow } from '../../../lib/domain/permission.ts';
import { ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { BackupVault, backupVault } from '../backup-vault/target.ts';

const vaultArns = (target: BackupVault): string[] => [backupVault.arn(target)];

export const keepRecoveryPoints = defineLever({
  name: 'keep-recovery-points',
  title: 'Keep the recovery points of the backup vault',
  phase: 'preserve',
  csf: 'RS.MI-01',
  effect:
    'The access policy of the vault denies everybody to delete its recovery points or the vault, to change how long they are kept, and to change that policy: those who do so regularly are stopped. Backups, copies and restores go on. What expires by its lifecycle may still go. Approvers, identities for emergencies and Tourniquet are left out.',
  undo: 'Our statement is removed from the policy, and what others have written into it since stays; a vault that had no policy has none again.',
  stands: { held: 'recovery points kept', open: 'recovery points can still be deleted' },
  target: BackupVault,
  beforeState: ResourcePolicy,
  hub: ['read-settings'],
  look: [allow('backup:GetBackupVaultAccessPolicy', vaultArns)],
  apply: { permissions: [allow('backup:PutBackupVaultAccessPolicy', vaultArns)], within: 60 },
  release: {
    permissions: [
      allow('backup:PutBackupVaultAccessPolicy', vaultArns),
      allow('backup:DeleteBackupVaultAccessPolicy', vaultArns),
    ],
    within: 60,
  },
});
