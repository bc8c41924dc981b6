import type { User } from '../../lib/domain/identity.ts';
import type { Window } from './plan.ts';

/** Milliseconds. */
const day = 86_400_000;
/** How far back LookupEvents sees (AWS CloudTrail API reference, LookupEvents). */
export const kept = 90 * day;

/** Since the finding's first sign, and for a day at least: what a finding is about began before it was noticed. */
export function windowOf({ since, seenAt }: Pick<User, 'since' | 'seenAt'>, now: string): Window {
  const dayBefore = Date.parse(seenAt) - day;
  const sign = since === null ? Number.NaN : Date.parse(since);
  const from = Number.isNaN(sign) ? dayBefore : Math.min(sign, dayBefore);
  const to = Date.parse(now);
  return { from: new Date(Math.max(from, to - kept)), to: new Date(to) };
}
