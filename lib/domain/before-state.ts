/**
 * The before-state, recorded before the first change, and the comparison that decides what may be put back. Pure; states are plain JSON.
 */

/** One leaf that differs: `path` as in `interfaces.eni-0abc`. Arrays are compared whole and as written. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All leaves in which two states differ; empty when they are the same. */
export function differences(expected: unknown, found: unknown, path = ''): Difference[] {
  if (isRecord(expected) && isRecord(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].toSorted();
    return keys.flatMap((key) => differences(expected[key], found[key], path ? `${path}.${key}` : key));
  }
  return JSON.stringify(expected) === JSON.stringify(found) ? [] : [{ path, expected, found }];
}

/** Three-way comparison of what stood before, what we made of it, and what stands now. */
export interface Comparison {
  /** Leaves still as we left them, or already as before: safe to put back. */
  readonly toPutBack: readonly Difference[];
  /** Leaves somebody else changed meanwhile: a person decides, because putting the old value back would undo their work. */
  readonly changedMeanwhile: readonly Difference[];
}

/** Compares `now` with `before` and `ours`. A leaf that is neither ours nor as before was changed by someone else. */
export function compareThreeWay(before: unknown, ours: unknown, now: unknown): Comparison {
  const notOurs = differences(ours, now);
  const open = differences(before, now);
  const isOurs = (leaf: Difference): boolean => !notOurs.some((other) => meet(leaf, other));
  return { toPutBack: open.filter(isOurs), changedMeanwhile: open.filter((leaf) => !isOurs(leaf)) };
}

/** Where one of two states has nothing, the whole is one leaf in it, and several in the other. */
const meet = ({ path: a }: Difference, { path: b }: Difference): boolean =>
  a === b || a.startsWith(b && `${b}.`) || b.startsWith(a && `${a}.`);

/** `interfaces.eni-1: was ["sg-a"], is ["sg-b"]`: one line a difference, for messages and reports. */
export function describe({ path, expected, found }: Difference): string {
  return `${path}: was ${JSON.stringify(expected) ?? 'absent'}, is ${JSON.stringify(found) ?? 'absent'}`;
}
