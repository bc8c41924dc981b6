import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import { type AccessKey, suspectKeys, type User } from '../user/target.ts';
import type { KeyStatuses } from './step.ts';

export const statusesOf = (keys: readonly Pick<AccessKey, 'id' | 'status'>[]): KeyStatuses => ({
  keys: Object.fromEntries(keys.map(({ id, status }) => [id, status])),
});

/** The present state from the facts open-incident read, when they are young enough. Facts never read look like a user without keys. */
export function beforeStateFrom(target: User, now: string): KeyStatuses | null {
  const { keys } = target;
  return keys.length > 0 && isFresh(target, now) ? statusesOf(keys) : null;
}

/**
 * Every suspect key inactive. One that open-incident did not see is younger than the finding, so it is suspect, whatever the finding
 * names; only the keys known and cleared then are left alone.
 */
export function planDeactivation(target: User, before: KeyStatuses): LeverPlan<KeyStatuses> {
  const ids = Object.keys(before.keys);
  if (ids.length === 0) return { nothing: `${target.id} has no access key` };
  const suspect = suspectKeys(target);
  const cleared = target.keys.map(({ id }) => id).filter((id) => !suspect.includes(id));
  const meant = ids.filter((id) => !cleared.includes(id));
  const ours = { keys: { ...before.keys, ...Object.fromEntries(meant.map((id) => [id, 'Inactive' as const])) } };
  if (stillActive(before, ours).length > 0) return { ours };
  const said = meant.length > 0 ? `already inactive: ${meant.join(', ')}` : 'none of its keys is suspect';
  return { nothing: `${target.id}: ${said}` };
}

/**
 * Keys to set inactive, `first` at the head. A key that was not there when the before-state was taken is one of them: the thief made it
 * while the first was being switched off, or nobody can say otherwise.
 */
export function stillActive(now: KeyStatuses, ours: KeyStatuses, first: string | null = null): string[] {
  const active = Object.keys(now.keys).filter((id) => now.keys[id] === 'Active' && ours.keys[id] !== 'Active');
  return active.toSorted((one, other) => Number(other === first) - Number(one === first));
}

/** Each key's recorded status. One that is gone stays gone; one that came later is left as it is. */
export function toGiveBack(now: KeyStatuses, before: KeyStatuses): Pick<AccessKey, 'id' | 'status'>[] {
  return Object.entries(before.keys).flatMap(([id, status]) =>
    now.keys[id] && now.keys[id] !== status ? [{ id, status }] : [],
  );
}

/** What letting go has left undone: a key that is gone cannot come back, and one that came later is not ours to judge. */
export const left = (before: KeyStatuses, now: KeyStatuses): Difference[] =>
  differences(before, now).filter(({ expected, found }) => expected !== undefined && found !== undefined);

/** Verified when every suspect key, those made meanwhile too, is inactive or gone. */
export function verdictOf(ours: KeyStatuses, now: KeyStatuses): Verdict {
  const active = stillActive(now, ours);
  if (active.length > 0) {
    const named = active.map((id) => (ours.keys[id] ? id : `${id} (created since)`));
    return { outcome: 'not-verified', because: `still active: ${named.join(', ')}` };
  }
  const meant = [...new Set([...Object.keys(ours.keys), ...Object.keys(now.keys)])].filter(
    (id) => ours.keys[id] !== 'Active',
  );
  return { outcome: 'verified', seen: meant.toSorted().map((id) => `${id}: ${now.keys[id] ?? 'deleted'}`) };
}
