/** What CloudTrail's event history is asked for, and how its answers are kept. */

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** Something that was not read, by Region. Regions that share the `reason` are told in one sentence. */
export interface Gap {
  readonly region: string;
  readonly reason: string;
  readonly because: string;
}

/** What was read of one series of calls, newest first. */
export interface Series<Call> {
  readonly region: string;
  readonly calls: readonly Call[];
  readonly gaps: readonly Gap[];
}

/** The reason of a gap that comes of a bound of ours: there is more than we read. */
export const tooMany = 'too many';

/** Milliseconds. */
const day = 86_400_000;
/** How far back LookupEvents sees (AWS CloudTrail API reference, LookupEvents). */
export const kept = 90 * day;

/** Since the finding's first sign, and for a day at least: what a finding is about began before it was noticed. Times are ISO 8601. */
export function windowOf(
  { since, seenAt }: { readonly since: string | null; readonly seenAt: string },
  now: string,
): Window {
  const dayBefore = Date.parse(seenAt) - day;
  const sign = since === null ? Number.NaN : Date.parse(since);
  const from = Number.isNaN(sign) ? dayBefore : Math.min(sign, dayBefore);
  const to = Date.parse(now);
  return { from: new Date(Math.max(from, to - kept)), to: new Date(to) };
}

/** A gap in words; Regions with the same reason share a sentence. */
export function gapSentences(gaps: readonly Gap[], words: (regions: readonly string[]) => string): string[] {
  const byReason = Map.groupBy(gaps, ({ reason }) => reason);
  const most = [...byReason.values()].toSorted((one, other) => other.length - one.length);
  return most.map((same) => `${words([...new Set(same.map(({ region }) => region))])}: ${same[0]?.because}`);
}
