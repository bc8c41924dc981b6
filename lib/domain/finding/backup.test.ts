import { describe, expect, it } from 'vitest';
import { readBackupScan } from './backup.ts';
import { Finding } from './finding.ts';
import type { Envelope } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

const point = 'arn:aws:backup:eu-central-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000001';
const instance = 'arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0';
const id = '0a1b2c3d-0000-4000-8000-000000000002';
const envelope: Envelope = {
  source: 'aws.backup',
  'detail-type': 'Scan Job State Change',
  id: 'e',
  account: '999988887777',
  region: 'eu-west-1',
  time: '2026-11-20T08:15:00Z',
  resources: [point],
  detail: {},
};

const job = (changes: object = {}) => ({
  accountId: '111122223333',
  scanJobId: id,
  recoveryPointArn: point,
  resourceArn: instance,
  resourceType: 'EC2',
  backupVaultArn: 'arn:aws:backup:eu-central-1:111122223333:backup-vault:daily',
  backupVaultName: 'daily',
  creationDate: '2026-11-20T08:00:00Z',
  completionDate: '2026-11-20T08:10:00Z',
  malwareScanner: 'GUARDDUTY',
  scanResult: { scanResultStatus: 'THREATS_FOUND' },
  state: 'COMPLETED',
  statusMessage: 'Done.',
  ...changes,
});
const nothing = { scanResultStatus: 'NO_THREATS_FOUND' };

describe('readBackupScan', () => {
  it('reads malware in a recovery point', () => {
    const finding = readBackupScan(job(), envelope);
    expect(Finding.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      source: 'backup',
      product: 'AWS Backup',
      id,
      key: `backup:${id}`,
      type: 'Scan Job State Change',
      nature: 'attack',
      title: `Malware in a backup of ${instance}`,
      severity: null,
      missing: [],
      partition: 'aws',
      account: '111122223333',
      region: 'eu-central-1',
      firstSeen: '2026-11-20T08:00:00.000Z',
      lastSeen: '2026-11-20T08:10:00.000Z',
      targets: [{ kind: 'recovery-point', id: point, arn: point, inside: 'daily', account: '111122223333' }],
    });
  });

  it('a backup without malware is clean', () => {
    expect(readBackupScan(job({ scanResult: nothing }), envelope).nature).toBe('clean');
  });

  it.each([
    [
      { state: 'COMPLETED_WITH_ISSUES', scanResult: nothing, statusMessage: 'Partially.' },
      'was not scanned whole: Partially.',
      [],
    ],
    [
      { state: 'FAILED', scanResult: undefined, statusMessage: 'No key.' },
      'could not be scanned for malware: No key.',
      ['scan result'],
    ],
    [
      { state: 'CANCELED', scanResult: null, statusMessage: '' },
      'could not be scanned for malware: CANCELED',
      ['scan result'],
    ],
    [{ scanResult: { scanResultStatus: 'UNKNOWN' } }, 'could not be scanned for malware: Done.', []],
  ])('a backup that was not scanned, or not whole, is a weakness: %j', (changes, says, missing) => {
    const finding = readBackupScan(job(changes), envelope);
    expect(finding).toMatchObject({ nature: 'weakness', missing });
    expect(finding.title).toBe(`A backup of ${instance} ${says}`);
  });

  it('malware is malware in whatever state the job is', () => {
    expect(readBackupScan(job({ state: 'COMPLETED_WITH_ISSUES' }), envelope).nature).toBe('attack');
  });

  it.each(['CREATED', 'RUNNING'])('a job that is %s has found nothing yet', (state) => {
    expect(() => readBackupScan(job({ state, scanResult: undefined }), envelope)).toThrow(Unreadable);
    expect(() => readBackupScan(job({ state, scanResult: undefined }), envelope)).toThrow(`The scan job is ${state}`);
  });

  it('reads the job as DescribeScanJob answers', () => {
    const answer = Object.fromEntries(
      Object.entries(job()).map(([key, value]) => [key.replace(/^./, (a) => a.toUpperCase()), value]),
    );
    const fields = camelised({
      ...answer,
      ScanResult: { ScanResultStatus: 'THREATS_FOUND' },
      CreationDate: 1795161600.087,
    });
    expect(readBackupScan(fields as Record<string, unknown>, null)).toMatchObject({
      nature: 'attack',
      region: 'eu-central-1',
      firstSeen: '2026-11-20T08:00:00.087Z',
      missing: [],
    });
  });

  it('a snapshot belongs to the account of the job, and lies where the vault does', () => {
    const snapshot = 'arn:aws:ec2:eu-central-1::snapshot/snap-0abc';
    const finding = readBackupScan(job({ recoveryPointArn: snapshot }), envelope);
    expect(finding.targets).toMatchObject([
      { kind: 'recovery-point', id: snapshot, account: '111122223333', region: 'eu-central-1' },
    ]);
  });

  it('falls back to the envelope for what the job does not say, and names the rest', () => {
    const sparse = { scanJobId: id, state: 'COMPLETED', scanResult: nothing };
    expect(readBackupScan(sparse, envelope)).toMatchObject({
      account: '999988887777',
      region: 'eu-central-1',
      targets: [{ id: point }],
    });
    expect(readBackupScan(sparse, null).missing).toEqual(['account', 'region', 'recovery point']);
  });

  it('cannot be read without its id', () => {
    expect(() => readBackupScan(job({ scanJobId: 7 }), envelope)).toThrow('has no scanJobId');
  });
});
