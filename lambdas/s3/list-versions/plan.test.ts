import { describe, expect, it } from 'vitest';
import { type Count, closing, counted, type Entry, nothing, type Open, restoreOf, restoreSentences } from './plan.ts';

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

const at = (entry: Entry, moment: string, id: string): Entry => ({ ...entry, at: moment, version: id });

/** The line of one key, whose entries S3 lists so. */
function lineOf(...entries: Entry[]) {
  const open = entries.reduce<Open | null>((has, one) => counted(nothing, has, one).open, null);
  return open && restoreOf(open);
}

describe('the plan of a key', () => {
  it('removes the delete markers that lie over its newest version, and no others', () => {
    const [older, newer] = [at(marker('k'), '2026-11-01', 'm1'), at(marker('k', true), '2026-11-05', 'm3')];
    const two = [at(version('k'), '2026-11-03', 'v2'), at(version('k'), '2026-10-01', 'v1')];
    expect(lineOf(...two, newer, at(marker('k'), '2026-11-04', 'm2'), older)).toEqual({
      key: 'k',
      state: 'deleted',
      since: '2026-11-05',
      copy: { version: 'v2', at: '2026-11-03', size: null, etag: null },
      remove: ['m3', 'm2'],
      all: 'yes',
    });
  });

  it('copies the version before the one that shows', () => {
    const all = [at(version('k', true), '2026-11-05', 'v3'), at(version('k'), '2026-11-03', 'v2')];
    expect(lineOf(...all)).toMatchObject({
      state: 'replaced',
      since: '2026-11-05',
      copy: { version: 'v2' },
      remove: [],
    });
  });

  it('says what does not come back, and nothing of what never changed', () => {
    expect(lineOf(marker('k', true))).toMatchObject({ state: 'lost', copy: null });
    expect(lineOf(version('k', true))).toBeNull();
  });

  it('stays short, however often a key was deleted', () => {
    const many = Array.from({ length: 300 }, (_, one) => at(marker('k', one === 0), '2026-11-05', `m${one}`));
    const line = lineOf(at(version('k'), '2026-11-03', 'v'), ...many);
    expect([line?.remove.length, line?.all]).toEqual([100, 'no']);
  });
});

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
