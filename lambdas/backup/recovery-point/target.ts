import * as z from 'zod';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { VaultName } from '../vaults.ts';

/** A recovery point of AWS Backup. `id` is its ARN, which is of whatever service keeps it: one of EBS is a snapshot. */
export const RecoveryPoint = AnyTarget.extend({
  kind: z.literal('recovery-point'),
  id: z.string(),
  /** Name of the vault it lies in; null where the finding does not say, since AWS Backup finds a recovery point by its vault only. */
  vault: z.string().nullable().default(null),
});
export type RecoveryPoint = z.infer<typeof RecoveryPoint>;

/** Why nothing of ours can deny its restore; null where the finding names the vault it lies in. */
export const whyUnfound = ({ id, vault }: Pick<RecoveryPoint, 'id' | 'vault'>): string | null =>
  vault
    ? null
    : `the finding does not name the vault in which ${id} lies: find it with aws backup list-backup-vaults and list-recovery-points-by-backup-vault, and deny backup:StartRestoreJob on it in the policy of that vault by hand`;

export const recoveryPoint = defineTarget(RecoveryPoint)({
  kind: 'recovery-point',
  title: 'recovery point',
  arn: (target) => target.id,
  from({ kind, id, arn, inside }, { place, now }) {
    if (kind !== 'recovery-point' || arn !== id) return null;
    const vault = VaultName.safeParse(inside).data ?? null;
    return { ...place, kind, id, vault, seenAt: now, tags: {} };
  },
  suspects: () => [],
  refuses(target) {
    const because = whyUnfound(target);
    return because ? { levers: ['deny-restore'], because } : null;
  },
  any: (place) => ({ ...place, kind: 'recovery-point', id: '*', vault: '*', seenAt: '', tags: {} }),
  reads: [],
});
