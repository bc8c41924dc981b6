import type { Cursor, Entry } from './cursor.ts';
import { compare } from './key.ts';

/** Moves the first of a heap down to where it belongs. */
function sink(heap: Cursor[]): void {
  let at = 0;
  for (;;) {
    let least = at;
    for (const child of [at * 2 + 1, at * 2 + 2]) {
      const [one, other] = [heap[child], heap[least]];
      if (one && other && compare(one.entry, other.entry) < 0) least = child;
    }
    if (least === at) return;
    const [one, other] = [heap[at], heap[least]];
    if (one && other) [heap[at], heap[least]] = [other, one];
    at = least;
  }
}

/** The entries of several cursors in one order; each is good until the next one is asked for. Closes what is done. */
export function* merged(cursors: readonly Cursor[]): Generator<Entry> {
  const heap = cursors.filter((one) => one.next() || one.close()).toSorted((a, b) => compare(a.entry, b.entry));
  for (let first = heap[0]; first; first = heap[0]) {
    yield first.entry;
    if (!first.next()) {
      first.close();
      const last = heap.pop();
      if (last && last !== first) heap[0] = last;
    }
    sink(heap);
  }
}
