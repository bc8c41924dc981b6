import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { SnapshotShares } from './step.ts';

/** Shared with nobody. */
export function planUnsharing(_target: unknown, before: SnapshotShares): LeverPlan<SnapshotShares> {
  const ours = { shared: Object.fromEntries(Object.keys(before.shared).map((name) => [name, []])) };
  if (differences(before, ours).length > 0) return { ours };
  return { nothing: 'none of its snapshots is shared with another account' };
}

/** What one snapshot gains and loses. */
export interface Edit {
  readonly name: string;
  readonly add: string[];
  readonly remove: string[];
}

/** Of the snapshots that still are there. */
export const edits = (from: SnapshotShares, to: SnapshotShares): Edit[] =>
  Object.entries(to.shared).flatMap(([name, meant]) => {
    const now = from.shared[name];
    if (!now) return [];
    const add = meant.filter((account) => !now.includes(account));
    const remove = now.filter((account) => !meant.includes(account));
    return add.length + remove.length > 0 ? [{ name, add, remove }] : [];
  });
