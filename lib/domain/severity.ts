import * as z from 'zod';

/** One scale for every source. Bands are half open, so 8.95 falls into exactly one. */
export const Severity = z.enum(['informational', 'low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** Lower bound of each GuardDuty band (GuardDuty user guide, "Severity levels for GuardDuty findings"). */
const bands: readonly [number, Severity][] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [1, 'low'],
];

/** Turns GuardDuty's number (1.0 to 10.0) into a band. */
export function severityOf(score: number): Severity {
  return bands.find(([from]) => score >= from)?.[1] ?? 'informational';
}

/** True when `one` is known and worse than `other`, which may not be known. */
export const worse = (one: Severity | null, other: Severity | null): boolean =>
  one !== null && (other === null || Severity.options.indexOf(one) > Severity.options.indexOf(other));

/** True when `severity` is `floor` or worse. */
export function atLeast(severity: Severity | null, floor: Severity): boolean {
  return severity !== null && Severity.options.indexOf(severity) >= Severity.options.indexOf(floor);
}
