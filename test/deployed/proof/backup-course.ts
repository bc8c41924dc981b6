/** A thief deletes backups: the vault loses no more, before anybody is asked; another vault does; released, it is as before. */
import { randomBytes } from 'node:crypto';
import { BackupClient, GetBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { backUp, type Keeper, keeper, tryDelete, tryListing, vaultOf } from '../../sandbox/backups.ts';
import { entry } from '../../sandbox/finding.ts';
import { allEnd } from '../credentials/chain.ts';
import { opened, release, until } from '../credentials/incident.ts';
import { type Attached, messagesOf } from '../deployed.ts';

/** The call, as CloudTrail has it on record. By somebody who has left by now, so that the vault alone stops them. */
async function tell({ sandbox }: Attached, backupVaultName: string, recoveryPointArn: string): Promise<void> {
  const { accounts, region } = sandbox;
  const word = randomBytes(4).toString('hex');
  const detail = {
    eventID: word,
    eventName: 'DeleteRecoveryPoint',
    eventSource: 'backup.amazonaws.com',
    eventTime: new Date().toISOString(),
    awsRegion: region,
    recipientAccountId: accounts.member,
    requestParameters: { backupVaultName, recoveryPointArn },
    userIdentity: { type: 'IAMUser', userName: `mallory-${word}`, accountId: accounts.member },
  };
  const event = entry('aws.backup', 'AWS API Call via CloudTrail', detail);
  await sandbox.post('/_sandbox/aws-event', { account: accounts.member, region, entry: event });
}

async function attempts(deployment: Attached, vault: string, other: string, thief: Keeper, clerk: Keeper) {
  return {
    thief: {
      here: await tryDelete(deployment, vault, thief.key),
      elsewhere: await tryDelete(deployment, other, thief.key),
    },
    clerk: await tryListing(deployment, vault, clerk.key),
  };
}

export async function playBackups(deployment: Attached) {
  const [{ vault, volume, points }, { vault: other }] = [await vaultOf(deployment), await vaultOf(deployment)];
  const [thief, clerk] = [await keeper(deployment, 'mallory'), await keeper(deployment, 'clerk')];
  const expiring = await backUp(deployment, vault, volume, 1);
  const tried = () => attempts(deployment, vault, other, thief, clerk);
  const before = await tried();
  await tell(deployment, vault, points[0]);
  const incident = await opened(deployment, vault);
  const kept = await until('the vault to keep what it has', async () => {
    const now = await tried();
    return now.thief.here === 'denied' ? now : undefined;
  });
  const runs = await allEnd(deployment, { incident, words: [vault], least: 1, decide: () => 'approve' });
  const about = (await messagesOf(deployment)).filter((one) => JSON.stringify(one).includes(incident));
  const released = await release(deployment, incident);
  const policy = await deployment
    .client(BackupClient, 'member')
    .send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: vault }))
    .catch(({ name }: Error) => name);
  const told = about.map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`).join('\n');
  return { incident, vault, expiring, tried: { before, kept, after: await tried() }, runs, told, released, policy };
}
