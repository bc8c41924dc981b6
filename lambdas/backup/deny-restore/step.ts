import { allow } from '../../../lib/domain/permission.ts';
import { ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { RecoveryPoint } from '../recovery-point/target.ts';
import { vaultArn } from '../vaults.ts';

const vaultArns = (target: RecoveryPoint): string[] => (target.vault ? [vaultArn(target, target.vault)] : []);

export const denyRestore = defineLever({
  name: 'deny-restore',
  title: 'Deny restores of the recovery point',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The access policy of the vault denies everybody to restore or copy this recovery point with AWS Backup; all others are restored as before. One that is a snapshot or an image too can still be used by the API of its own service. Approvers, identities for emergencies and Tourniquet are left out.',
  undo: 'Our statement is removed from the policy, and what others have written into it since stays; a vault that had no policy has none again.',
  stands: { held: 'restores denied', open: 'can still be restored' },
  target: RecoveryPoint,
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
