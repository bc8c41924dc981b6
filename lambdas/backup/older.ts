import type { Point } from './points.ts';

/** A recovery point with what scans came to (AWS Backup API reference, AggregatedScanResult). */
export interface Scanned extends Point {
  readonly AggregatedScanResult?:
    | { readonly FailedScan?: boolean | undefined; readonly Findings?: readonly string[] | undefined }
    | undefined;
}

const hasMalware = ({ AggregatedScanResult }: Scanned): boolean => (AggregatedScanResult?.Findings ?? []).length > 0;

/** Scanned whole, and nothing found. One that nobody has scanned is not clean. */
const isClean = (one: Scanned): boolean =>
  one.AggregatedScanResult !== undefined && !one.AggregatedScanResult.FailedScan && !hasMalware(one);

const timeOf = ({ CreationDate }: Point): number => CreationDate?.getTime() ?? 0;

const called = (one: Point): string =>
  `${one.RecoveryPointArn} of ${one.CreationDate?.toISOString() ?? 'an unknown time'} in the vault ${one.BackupVaultName}`;

function cleanSentence(older: readonly Scanned[]): string {
  const clean = older.find(isClean);
  if (clean) return `The newest from before that in which a scan found nothing: ${called(clean)}`;
  const [newest] = older;
  if (!newest) return 'No recovery point of the same resource is older';
  return `None of the ${older.length} older ones was scanned and found clean: scan the newest before anybody restores it, ${called(newest)}`;
}

/** Of one in which malware was found, among all of the same resource: which others have some, and which is clean. */
export function olderSentences(arn: string, points: readonly Scanned[]): string[] {
  const bad = points.filter((one) => one.RecoveryPointArn === arn || hasMalware(one));
  // The first sign: what was made before it may be clean, and what was made since has had the same files.
  const first = Math.min(...bad.map(timeOf));
  const older = points.filter((one) => timeOf(one) < first).toSorted((one, other) => timeOf(other) - timeOf(one));
  const others = bad.filter(({ RecoveryPointArn }) => RecoveryPointArn !== arn).map(called);
  const since = points.filter((one) => timeOf(one) >= first && !bad.includes(one)).length;
  return [
    ...(others.length > 0 ? [`Malware was found too in ${others.join(', ')}`] : []),
    ...(since > 0 ? [`${since} more were made since the first of these, and may have the same files`] : []),
    cleanSentence(older),
  ];
}

/** Of one that was changed or read by a thief: the newest from before the first sign, and what a scan of it came to, if there was one. */
export function beforeSentence(points: readonly Scanned[], firstSign: string): string[] {
  if (points.length === 0) return [];
  const [newest] = points
    .filter((one) => timeOf(one) < Date.parse(firstSign) && !hasMalware(one))
    .toSorted((one, other) => timeOf(other) - timeOf(one));
  if (!newest) return [`None of them is from before the first sign of ${firstSign} and without malware`];
  const scan = isClean(newest) ? ', in which a scan found nothing' : '';
  return [`The newest from before the first sign of ${firstSign}: ${called(newest)}${scan}`];
}

/** The same by a copy that is no recovery point, or is one too. */
export const olderThan = (own: Scanned & { readonly RecoveryPointArn: string }, points: readonly Scanned[]): string[] =>
  olderSentences(
    own.RecoveryPointArn,
    points.some((one) => one.RecoveryPointArn === own.RecoveryPointArn) ? points : [...points, own],
  );
