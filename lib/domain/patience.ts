import type { Severity } from './severity.ts';

/** The share of the time a question has in the first channel, by the severity of its finding: what is worse climbs sooner. */
const shares = { critical: 1 / 3, high: 2 / 3, medium: 1, low: 1, informational: 1 } as const;

/** Seconds until a question climbs to the second channel, where it always has the whole of `within`. */
export const climbsAfter = (within: number, severity: Severity | null): number =>
  Math.ceil(within * shares[severity ?? 'medium']);
