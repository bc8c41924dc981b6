import { expect, it } from 'vitest';
import { type Count, closing, counted, type Entry, nothing, type Open, restoreSentences } from './plan.ts';

const entry = (key: string, kind: Entry['kind'], latest: boolean): Entry => ({
  kind,
  key,
  version: 'v',
  latest,
  at: null,
  size: null,
  etag: null,
});
const version = (key: string, latest = false) => entry(key, 'version', latest);
const marker = (key: string, latest = false) => entry(key, 'delete marker', latest);

function countOf(...entries: Entry[]): Count {
  const all = entries.reduce<{ count: Count; open: Open | null }>(({ count, open }, one) => counted(count, open, one), {
    count: nothing,
    open: null,
  });
  return closing(all.count, all.open);
}

it('tells what comes back from what does not', () => {
  const count = countOf(
    version('deleted'),
    marker('deleted', true),
    marker('gone', true),
    version('overwritten', true),
    version('overwritten'),
    version('single', true),
    marker('twice', true),
    marker('twice'),
    version('twice'),
  );
  expect(count).toEqual({ versions: 5, markers: 4, hidden: 2, lost: 1, replaced: 1, single: 1 });
  const words = restoreSentences(count).join('; ');
  expect(words).toContain('2 objects were deleted and come back when their delete marker is removed');
  expect(words).toContain('1 objects have a delete marker alone: they do not come back from this bucket');
});

it('says of an empty bucket that there is nothing', () => {
  expect(countOf()).toEqual(nothing);
  expect(restoreSentences(nothing)[0]).toBe('0 versions and 0 delete markers are listed');
});
