import { expect, it } from 'vitest';
import { beforeSentence, olderSentences, olderThan, type Scanned } from './older.ts';

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

it.each<[string, Scanned[], RegExp | null]>([
  [
    'is named',
    [point(1), point(2), point(4)],
    /^The newest from before the first sign of 2026-11-03.*point-2 of .* daily$/,
  ],
  [
    'is said to be clean where it was scanned',
    [point(2, clean)],
    /point-2 of .* daily, in which a scan found nothing$/,
  ],
  ['is not one with malware', [point(1), point(2, malware)], /point-1 of/],
  ['is missed where there is none', [point(4), point(2, malware)], /^None of them is from before the first sign/],
  ['is not spoken of where nothing is backed up', [], null],
])('the newest from before a first sign %s', (_, points, words) => {
  const said = beforeSentence(points, '2026-11-03T12:00:00.000Z');
  expect(said).toEqual(words ? [expect.stringMatching(words)] : []);
});

it.each<[string, Scanned & { readonly RecoveryPointArn: string }, RegExp, string]>([
  ['was made by hand', { ...point(3), RecoveryPointArn: 'snap' }, /^1 more were made since/, 'point-2'],
  ['is a recovery point itself', { ...point(2), RecoveryPointArn: 'point-2' }, /^1 more were made since/, 'point-1'],
])('of a copy that %s a clean one is named that is older', (_, own, since, clean) => {
  const [first, last] = olderThan(own, [
    point(1, { FailedScan: false, Findings: [] }),
    point(2, { FailedScan: false, Findings: [] }),
    point(4, { FailedScan: false, Findings: [] }),
  ]);
  expect(first).toMatch(since);
  expect(last).toContain(`a scan found nothing: ${clean} of`);
});
