import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Prepared, type ResourcePolicy, type Statement, sparing } from '../../../lib/domain/resource-policy.ts';
import type { BackupVault } from '../backup-vault/target.ts';
import { planStatements } from '../vault-policy.ts';

/** Of any vault. */
export const sids = ['TourniquetKeepsRecoveryPoints'];

/**
 * What takes a recovery point away, now or sooner than was meant, and what would lift the deny. Such a policy takes no wildcard in an action (AWS Backup
 * developer guide, "Vault access policies"); these are among those that AWS itself denies in its policies.
 */
const destroying = [
  'backup:DeleteRecoveryPoint',
  'backup:UpdateRecoveryPointLifecycle',
  'backup:DeleteBackupVault',
  'backup:PutBackupVaultAccessPolicy',
  'backup:DeleteBackupVaultAccessPolicy',
];

const statement = (prepared: Prepared | null): Statement => ({
  Sid: sids[0],
  Effect: 'Deny',
  Principal: '*',
  Action: destroying,
  // The vault and all in it, whatever service the ARN of a recovery point is of.
  Resource: '*',
  Condition: sparing(prepared),
});

/** A statement about everybody but those on the lists. */
export const planKeep = (
  { id }: Pick<BackupVault, 'id'>,
  before: ResourcePolicy,
  prepared: Prepared | null,
): LeverPlan<ResourcePolicy> => planStatements(id, before, [statement(prepared)]);
