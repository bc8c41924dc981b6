import * as z from 'zod';
import { named } from '../named.ts';
import type { Nature } from './finding.ts';
import { isoOf, moment } from './moment.ts';
import { homeOf, partitionOf } from './place.ts';
import type { Reader } from './reader.ts';
import { unsaid } from './unsaid.ts';
import { accountText, arnParts, part, readAs, text, Unreadable } from './value.ts';

/** AWS Backup developer guide, "Monitoring AWS Backup events using Amazon EventBridge", malware scan job events; DescribeScanJob answers the same. */
const ScanJob = z.object({
  scanJobId: text,
  accountId: accountText,
  recoveryPointArn: text,
  resourceArn: text,
  backupVaultArn: text,
  backupVaultName: text,
  state: text,
  statusMessage: text,
  creationDate: moment,
  completionDate: moment,
  scanResult: part(z.object({ scanResultStatus: text })),
});
type ScanJob = z.infer<typeof ScanJob>;

interface Verdict {
  readonly nature: Nature;
  readonly title: string;
  readonly missing: readonly string[];
}

/** A backup that was not scanned, or not whole, is a weakness: nobody knows whether it can be restored safely. */
function verdictOn({ state, statusMessage, scanResult, resourceArn }: ScanJob): Verdict {
  const status = scanResult?.scanResultStatus ?? null;
  const backup = resourceArn ? `a backup of ${resourceArn}` : 'a backup';
  if (status === 'THREATS_FOUND') return { nature: 'attack', title: `Malware in ${backup}`, missing: [] };
  if (state === 'CREATED' || state === 'RUNNING') {
    throw new Unreadable(
      `The scan job is ${state}: it has found nothing yet. Its result comes in an event of its own.`,
    );
  }
  if (status === 'NO_THREATS_FOUND' && state === 'COMPLETED') {
    return { nature: 'clean', title: `No malware in ${backup}`, missing: [] };
  }
  const reason = statusMessage ?? state ?? 'no reason given';
  const how = status === 'NO_THREATS_FOUND' ? 'was not scanned whole' : 'could not be scanned for malware';
  return {
    nature: 'weakness',
    title: `${backup} ${how}: ${reason}`.replace(/^a/, 'A'),
    missing: status ? [] : ['scan result'],
  };
}

/** Reads the end of a malware scan of a recovery point. AWS Backup never gives a severity. */
export const readBackupScan: Reader = (fields, envelope) => {
  const job = readAs(ScanJob, fields, 'scan job');
  const { scanJobId: id } = job;
  if (!id) throw new Unreadable('The scan job of AWS Backup has no scanJobId: nothing distinguishes it from others.');
  const { missing, ...verdict } = verdictOn(job);
  const point = job.recoveryPointArn ?? envelope?.resources[0] ?? null;
  // A snapshot's ARN has no account, but the vault lies where the job ran.
  const region = arnParts(job.backupVaultArn)?.region ?? arnParts(point)?.region;
  const home = homeOf(job.accountId ?? envelope?.account, region || envelope?.region);
  return {
    ...unsaid(),
    ...verdict,
    source: 'backup',
    product: 'AWS Backup',
    id,
    arn: '',
    key: `backup:${id}`,
    type: 'Scan Job State Change',
    partition: partitionOf(home.region, [point, job.backupVaultArn]),
    account: home.account,
    region: home.region,
    firstSeen: job.creationDate ?? isoOf(envelope?.time),
    lastSeen: job.completionDate ?? isoOf(envelope?.time),
    targets: point ? [named('recovery-point', point, home, { arn: point, inside: job.backupVaultName })] : [],
    missing: [...home.missing, ...(point ? [] : ['recovery point']), ...missing],
  };
};
