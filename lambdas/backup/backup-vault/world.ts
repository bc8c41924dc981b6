import { randomBytes } from 'node:crypto';
import {
  BackupClient,
  GetBackupVaultAccessPolicyCommand,
  ListRecoveryPointsByBackupVaultCommand,
  PutBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import { readCloudTrail } from '../../../lib/domain/finding/cloudtrail.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import { type Keeper, keeper, tryDelete, tryListing, vaultOf } from '../../../test/sandbox/backups.ts';
import type { BackupVault } from './target.ts';

/** Of each vault who deletes from it, who works with it, and another vault of theirs. */
const users = new Map<string, { readonly thief: Keeper; readonly clerk: Keeper; readonly other: string }>();

const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** As companies let another account copy into a vault (AWS Backup developer guide, "Creating backup copies across AWS accounts"). */
const copies = (Sid: string): object => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::555566667777:root' },
  Action: 'backup:CopyIntoBackupVault',
  Resource: '*',
});

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

async function policyOf({ client }: Stage, BackupVaultName: string): Promise<string | null> {
  const command = new GetBackupVaultAccessPolicyCommand({ BackupVaultName });
  const found = await client(BackupClient, 'member')
    .send(command)
    .catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      return null;
    });
  return found?.Policy ?? null;
}

/** What lies in it of the volume; what was put there to be deleted comes and goes. */
async function look(stage: Stage, { id: BackupVaultName }: BackupVault) {
  const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName });
  const { RecoveryPoints = [] } = await stage.client(BackupClient, 'member').send(command);
  return {
    policy: await policyOf(stage, BackupVaultName),
    points: RecoveryPoints.filter(({ ResourceArn }) => ResourceArn?.includes(':volume/')).map(
      ({ RecoveryPointArn = '' }) => RecoveryPointArn,
    ),
  };
}

/** Somebody weakens our statement, and writes one of their own. */
async function meddle(stage: Stage, { id: BackupVaultName }: BackupVault): Promise<void> {
  const { Statement: found = [] } = JSON.parse((await policyOf(stage, BackupVaultName)) ?? '{}') as {
    Statement?: { Sid: string }[];
  };
  const weakened = found.map((one) =>
    one.Sid.startsWith('Tourniquet') ? { ...one, Action: ['backup:DeleteBackupVault'] } : one,
  );
  const Policy = document(...weakened, copies('Reports'));
  await stage.client(BackupClient, 'member').send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy }));
}

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
  look,
  meddle,
  trial: {
    try: tryVault,
    before,
    held: { 'keep-recovery-points': { ...before, 'the thief deletes': 'denied' } },
  },
};
