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
import {
  type Called,
  calledSentences,
  deletedSentences,
  lockSentence,
  pointSentences,
  routine,
  type Telling,
  telling,
} from './plan.ts';
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
  // What it encrypts nobody can list.
  if (target.kind === 'key') return [];
  const [id = ''] = target.id.split('/');
  const found = await pointsOf(bucket.arn({ ...target, kind: 'bucket', id }), session);
  const locks = vaultsOf(found).map((vault) => lock(looking, vault));
  return [...backupSentences(found), ...(await Promise.all(locks))];
}

/** LookupEvents takes two calls a second for an account and Region (CloudTrail API reference). Milliseconds. */
const pause = 600;

/** The newest calls of one name. */
async function callsOf(trail: CloudTrailClient, name: string) {
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: name }];
  const asked = new LookupEventsCommand({ LookupAttributes, MaxResults: 50 });
  const { Events = [], NextToken } = await trail.send(asked);
  const calls = Events.map(({ CloudTrailEvent: record = '', EventTime, Username: by = 'somebody' }) => ({
    record,
    at: EventTime?.toISOString() ?? 'an unknown time',
    by,
  }));
  return { calls, more: NextToken ? ('more' as const) : ('all' as const) };
}

/** One name after the other. */
async function eachOf<Name extends string>(trail: CloudTrailClient, names: readonly Name[]) {
  const found: ({ readonly name: Name } & Awaited<ReturnType<typeof callsOf>>)[] = [];
  for (const [nth, name] of names.entries()) {
    if (nth > 0) await sleep(pause);
    found.push({ name, ...(await callsOf(trail, name)) });
  }
  return found;
}

/** What a vault lost, and who else deletes; nobody denies destruction for one recovery point with malware. */
async function history({ target, session }: Looking): Promise<string[]> {
  if (target.kind === 'recovery-point') return [];
  const trail = session.client(CloudTrailClient);
  const deletes = deletedSentences(await eachOf(trail, routine));
  if (target.kind !== 'backup-vault') return deletes;
  await sleep(pause);
  const told = await eachOf(trail, Object.keys(telling) as Telling[]);
  const calls = told.flatMap(({ name, calls: some }): Called[] => some.map((one) => ({ name, ...one })));
  return [...calledSentences(target.id, calls), ...deletes];
}

async function itsLock(looking: Looking): Promise<string[]> {
  const vault = vaultOf(looking.target);
  return vault ? [await lock(looking, vault)] : [];
}

const parts = { 'Whether it is locked': itsLock, 'Which backups are left': left, 'Who deleted any': history } as const;

export const handler = serveStep(measureBackups, (looking) => measured<Looking>(parts, looking));
