import { randomBytes } from 'node:crypto';
import { BackupClient, PutBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { readCloudTrail } from '../../../lib/domain/finding/cloudtrail.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import { type Keeper, keeper, tryDelete, tryListing, vaultOf } from '../../../test/sandbox/backups.ts';
import { copies, document, lookAtVault, meddleWithVault } from '../vault.world.ts';
import type { BackupVault } from './target.ts';

/** Of each vault who deletes from it, who works with it, and another vault of theirs. */
const users = new Map<string, { readonly thief: Keeper; readonly clerk: Keeper; readonly other: string }>();

/** A recovery point was deleted, as CloudTrail has it on record. */
function deletedFrom({ deployment }: Ground, backupVaultName: string, { name }: Keeper, recoveryPointArn: string) {
  const { accounts, region } = deployment.sandbox;
  return readCloudTrail(
    {
      eventID: randomBytes(4).toString('hex'),
      eventName: 'DeleteRecoveryPoint',
      eventSource: 'backup.amazonaws.com',
      eventTime: new Date().toISOString(),
      awsRegion: region,
      recipientAccountId: accounts.member,
      requestParameters: { backupVaultName, recoveryPointArn },
      userIdentity: { type: 'IAMUser', userName: name, accountId: accounts.member },
    },
    null,
  );
}

const vault =
  (Policy?: string) =>
  async (ground: Ground): Promise<Finding> => {
    const { deployment } = ground;
    const made = await vaultOf(deployment);
    const [thief, clerk] = [await keeper(deployment, 'mallory'), await keeper(deployment, 'clerk')];
    users.set(made.vault, { thief, clerk, other: (await vaultOf(deployment)).vault });
    const put = Policy && new PutBackupVaultAccessPolicyCommand({ BackupVaultName: made.vault, Policy });
    if (put) await deployment.client(BackupClient, 'member').send(put);
    return deletedFrom(ground, made.vault, thief, made.points[0]);
  };

/** Whoever the finding names, in this vault and in another; and somebody who works with it. */
async function tryVault(stage: Stage, { id }: BackupVault): Promise<Attempts> {
  const known = users.get(id);
  if (!known) throw new Error(`Nobody works with ${id}.`);
  const { thief, clerk, other } = known;
  return {
    'the thief deletes': await tryDelete(stage, id, thief.key),
    'the thief deletes elsewhere': await tryDelete(stage, other, thief.key),
    'the clerk lists': await tryListing(stage, id, clerk.key),
  };
}

const before = {
  'the thief deletes': 'allowed',
  'the thief deletes elsewhere': 'allowed',
  'the clerk lists': 'allowed',
} as const;

export const world: World<BackupVault> = {
  shapes: {
    'a backup vault': vault(),
    'a backup vault with a policy of its own': vault(document(copies('Copies'))),
  },
  look: (stage, { id }) => lookAtVault(stage, id),
  meddle: (stage, { id }) => meddleWithVault(stage, id),
  trial: {
    try: tryVault,
    before,
    held: {
      'keep-recovery-points': { ...before, 'the thief deletes': 'denied' },
      'deny-destruction': { ...before, 'the thief deletes': 'denied', 'the thief deletes elsewhere': 'denied' },
    },
  },
};
