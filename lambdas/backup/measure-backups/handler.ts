import { setTimeout as sleep } from 'node:timers/promises';
import {
  BackupClient,
  DescribeBackupVaultCommand,
  DescribeRecoveryPointCommand,
  paginateListRecoveryPointsByBackupVault,
} from '@aws-sdk/client-backup';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { bucket } from '../../s3/bucket/target.ts';
import { olderSentences } from '../older.ts';
import { backupSentences, vaultsOf } from '../points.ts';
import { pointsOf, some } from '../points-of.ts';
import type { RecoveryPoint } from '../recovery-point/target.ts';
import { type Called, calledSentences, lockSentence, pointSentences, type Telling, telling } from './plan.ts';
import { type BackedUp, measureBackups, vaultOf } from './step.ts';

type Looking = Pick<StepContext<BackedUp>, 'target' | 'session' | 'now'>;

async function lock({ session, now }: Looking, BackupVaultName: string): Promise<string> {
  const command = new DescribeBackupVaultCommand({ BackupVaultName });
  return lockSentence(BackupVaultName, await session.client(BackupClient).send(command), now());
}

/** Of one with malware: what it was made of, and what else there is of that. */
async function older({ session }: Looking, { id, vault: BackupVaultName }: RecoveryPoint): Promise<string[]> {
  if (!BackupVaultName) return ['The finding does not name the vault it lies in: nothing more is known of it'];
  const client = session.client(BackupClient);
  const asked = new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn: id });
  const { ResourceArn = '', CreationDate } = await client.send(asked);
  const found = await pointsOf(ResourceArn, session);
  return [`Made of ${ResourceArn} at ${CreationDate?.toISOString()}`, ...olderSentences(id, found)];
}

async function left(looking: Looking): Promise<string[]> {
  const { target, session, now } = looking;
  const config = { client: session.client(BackupClient) };
  if (target.kind === 'backup-vault') {
    const pages = paginateListRecoveryPointsByBackupVault(config, { BackupVaultName: target.id });
    const { found, more } = await some(pages);
    return pointSentences(found, now(), more);
  }
  if (target.kind === 'recovery-point') return older(looking, target);
  const found = await pointsOf(bucket.arn(target), session);
  const locks = vaultsOf(found).map((vault) => lock(looking, vault));
  return [...backupSentences(found), ...(await Promise.all(locks))];
}

/** LookupEvents takes two calls a second for an account and Region (CloudTrail API reference). Milliseconds. */
const pause = 600;

async function history({ target, session }: Looking): Promise<string[]> {
  if (target.kind !== 'backup-vault') return [];
  const trail = session.client(CloudTrailClient);
  const calls: Called[] = [];
  for (const [nth, name] of (Object.keys(telling) as Telling[]).entries()) {
    if (nth > 0) await sleep(pause);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: name }];
    const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 50 }));
    for (const { CloudTrailEvent: record = '', EventTime, Username: by = 'somebody' } of Events)
      calls.push({ name, at: EventTime?.toISOString() ?? 'an unknown time', by, record });
  }
  return calledSentences(target.id, calls);
}

async function itsLock(looking: Looking): Promise<string[]> {
  const vault = vaultOf(looking.target);
  return vault ? [await lock(looking, vault)] : [];
}

const parts = { 'Whether it is locked': itsLock, 'Which backups are left': left, 'Who deleted any': history } as const;

export const handler = serveStep(measureBackups, (looking) => measured<Looking>(parts, looking));
