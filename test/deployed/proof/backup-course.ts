/** A thief deletes backups: the vault loses no more, before anybody is asked; another vault does; released, it is as before. */
import { randomBytes } from 'node:crypto';
import { BackupClient, PutBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { policyOf } from '../../../lambdas/backup/vault.world.ts';
import {
  backUp,
  type Keeper,
  keeper,
  scanned,
  tryDelete,
  tryListing,
  tryRestore,
  vaultOf,
} from '../../sandbox/backups.ts';
import { entry } from '../../sandbox/finding.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { opened, release, toTheEnd, until } from '../credentials/incident.ts';
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

/** What takes two is not wanted here. */
const alone: Decide = ({ needs }) => (needs === 'two' ? 'decline' : 'approve');

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
  const runs = await allEnd(deployment, { incident, words: [vault], least: 1, decide: alone });
  const about = (await messagesOf(deployment)).filter((one) => JSON.stringify(one).includes(incident));
  const released = await release(deployment, incident);
  const policy = await policyOf(deployment, vault);
  const told = about.map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`).join('\n');
  return { incident, vault, expiring, tried: { before, kept, after: await tried() }, runs, told, released, policy };
}

/** What AWS Backup says at the end of a scan (AWS Backup developer guide, "Monitoring AWS Backup events using Amazon EventBridge"). */
async function tellOfMalware({ sandbox }: Attached, vault: string, resourceArn: string, point: string): Promise<void> {
  const { accounts, region } = sandbox;
  const detail = {
    scanJobId: randomBytes(8).toString('hex'),
    accountId: accounts.member,
    recoveryPointArn: point,
    resourceArn,
    backupVaultArn: `arn:aws:backup:${region}:${accounts.member}:backup-vault:${vault}`,
    backupVaultName: vault,
    state: 'COMPLETED',
    creationDate: new Date().toISOString(),
    completionDate: new Date().toISOString(),
    scanResult: { scanResultStatus: 'THREATS_FOUND' },
  };
  const event = entry('aws.backup', 'Scan Job State Change', detail);
  await sandbox.post('/_sandbox/aws-event', { account: accounts.member, region, entry: event });
}

/** The company denies copies of its vault to everybody. */
const own = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoCopies', Effect: 'Deny', Principal: '*', Action: 'backup:StartCopyJob', Resource: '*' }],
};

/** Malware in a recovery point: nobody restores that one, and an older one can be; released, both can. */
export async function playInfected(deployment: Attached) {
  const { vault, volume, points } = await vaultOf(deployment);
  const clean = await scanned(deployment, vault, volume, 'files');
  const bad = await scanned(deployment, vault, volume, 'malware');
  const somebody = await keeper(deployment, 'restorer');
  const Policy = JSON.stringify(own, null, 1);
  const put = new PutBackupVaultAccessPolicyCommand({ BackupVaultName: vault, Policy });
  await deployment.client(BackupClient, 'member').send(put);
  const tried = async () => ({
    bad: await tryRestore(deployment, bad, somebody.key),
    clean: await tryRestore(deployment, clean, somebody.key),
    older: await tryRestore(deployment, points[0], somebody.key),
  });
  const before = await tried();
  await tellOfMalware(deployment, vault, volume, bad);
  const incident = await opened(deployment, bad);
  const ended = await toTheEnd(deployment, incident);
  const during = await tried();
  const released = await release(deployment, incident);
  const policies = { before: Policy, after: await policyOf(deployment, vault) };
  return { clean, tried: { before, during, after: await tried() }, ended, released, policies };
}
