import { expect, it } from 'vitest';
import { olderSentences, type Scanned } from './older.ts';

const clean = { FailedScan: false, Findings: [] };
const malware = { FailedScan: false, Findings: ['MALWARE'] };
const point = (day: number, AggregatedScanResult?: Scanned['AggregatedScanResult']): Scanned => ({
  RecoveryPointArn: `point-${day}`,
  BackupVaultName: 'daily',
  CreationDate: new Date(Date.UTC(2026, 10, day)),
  AggregatedScanResult,
});

it('names the newest clean one from before the first in which malware was found, and all others with malware', () => {
  const points = [
    point(1, clean),
    point(2, clean),
    point(3),
    point(4, malware),
    point(5),
    point(6, malware),
    point(7, clean),
  ];
  expect(olderSentences('point-6', points)).toEqual([
    'Malware was found too in point-4 of 2026-11-04T00:00:00.000Z in the vault daily',
    '2 more were made since the first of these, and may have the same files',
    'The newest from before that in which a scan found nothing: point-2 of 2026-11-02T00:00:00.000Z in the vault daily',
  ]);
});

it.each<[string, Scanned[], RegExp]>([
  ['was not scanned', [point(1), point(2)], /^None of the 2 older ones was scanned and found clean: .* point-2 of/],
  ['was not scanned whole', [point(1, { ...clean, FailedScan: true })], /^None of the 1 older ones .* point-1 of/],
  ['is not there', [point(9, clean)], /^No recovery point of the same resource is older$/],
])('says so where what is older %s', (_, others, words) => {
  expect(olderSentences('point-5', [...others, point(5, malware)]).at(-1)).toMatch(words);
});
