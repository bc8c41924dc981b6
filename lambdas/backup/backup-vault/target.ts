import * as z from 'zod';
import { arn } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { VaultName } from '../vaults.ts';

/** A vault of AWS Backup by its name. Its deny is wanted at once, so that nothing is read beforehand. */
export const BackupVault = AnyTarget.extend({ kind: z.literal('backup-vault'), id: z.string() });
export type BackupVault = z.infer<typeof BackupVault>;

export const backupVault = defineTarget(BackupVault)({
  kind: 'backup-vault',
  title: 'backup vault',
  arn: (target) => arn(target, 'backup', `backup-vault:${target.id}`),
  from: ({ kind, id }, { place, now }) =>
    kind === 'backup-vault' && VaultName.safeParse(id).success ? { ...place, kind, id, seenAt: now, tags: {} } : null,
  suspects: () => [],
  any: (place) => ({ ...place, kind: 'backup-vault', id: '*', seenAt: '', tags: {} }),
  reads: [],
});
