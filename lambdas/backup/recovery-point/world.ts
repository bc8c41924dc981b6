import { randomBytes } from 'node:crypto';
import { BackupClient, PutBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { readBackupScan } from '../../../lib/domain/finding/backup.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import { type Keeper, keeper, scanned, tryRestore, vaultOf } from '../../../test/sandbox/backups.ts';
import { copies, document, lookAtVault, meddleWithVault } from '../vault.world.ts';
import type { RecoveryPoint } from './target.ts';

/** Of each recovery point with malware who restores it, and a clean one of the same vault. */
const users = new Map<string, { readonly somebody: Keeper; readonly clean: string }>();

/** What AWS Backup says at the end of a scan (AWS Backup developer guide, "Monitoring AWS Backup events using Amazon EventBridge"). */
function foundIn({ deployment }: Ground, backupVaultName: string, resourceArn: string, recoveryPointArn: string) {
  const { accounts, region } = deployment.sandbox;
  return readBackupScan(
    {
      scanJobId: randomBytes(8).toString('hex'),
      accountId: accounts.member,
      recoveryPointArn,
      resourceArn,
      backupVaultArn: `arn:aws:backup:${region}:${accounts.member}:backup-vault:${backupVaultName}`,
      backupVaultName,
      state: 'COMPLETED',
      creationDate: new Date().toISOString(),
      scanResult: { scanResultStatus: 'THREATS_FOUND' },
    },
    null,
  );
}

const infected =
  (Policy?: string) =>
  async (ground: Ground): Promise<Finding> => {
    const { deployment } = ground;
    const { vault: BackupVaultName, volume, points } = await vaultOf(deployment);
    const point = await scanned(deployment, BackupVaultName, volume, 'malware');
    users.set(point, { somebody: await keeper(deployment, 'restorer'), clean: points[0] });
    const put = Policy && new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy });
    if (put) await deployment.client(BackupClient, 'member').send(put);
    return foundIn(ground, BackupVaultName, volume, point);
  };

/** Somebody who may restore anything restores this one, and an older one of the same vault. */
async function restore(stage: Stage, { id }: RecoveryPoint): Promise<Attempts> {
  const known = users.get(id);
  if (!known) throw new Error(`Nobody restores ${id}.`);
  const { somebody, clean } = known;
  return {
    'with malware': await tryRestore(stage, id, somebody.key),
    'an older one': await tryRestore(stage, clean, somebody.key),
  };
}

export const world: World<RecoveryPoint> = {
  shapes: {
    'a recovery point with malware': infected(),
    'one in a vault with a policy of its own': infected(document(copies('Copies'))),
  },
  look: (stage, { vault }) => lookAtVault(stage, vault ?? ''),
  meddle: (stage, { vault }) => meddleWithVault(stage, vault ?? ''),
  trial: {
    try: restore,
    before: { 'with malware': 'allowed', 'an older one': 'allowed' },
    held: { 'deny-restore': { 'with malware': 'denied', 'an older one': 'allowed' } },
  },
};
