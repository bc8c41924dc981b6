import { expect, test } from 'vitest';
import { chosen, isTurnOf, turns } from './depth.ts';

const places = Array.from({ length: 23 }, (_, at) => at);

test('ten tenths are all, and none of it twice', () => {
  const tenths = places.slice(0, 10).flatMap((by) => chosen(places, 'tenth', by, 'a lever'));
  expect(tenths.toSorted((a, b) => a - b)).toEqual(places);
});

test('a sample is one, and each is the sample of some commit', () => {
  const samples = places.map((by) => chosen(places, 'sample', by, 'a lever'));
  expect(samples.map(({ length }) => length)).toEqual(places.map(() => 1));
  expect(new Set(samples.flat()).size).toBe(places.length);
});

test('of twelve commits in a row one takes the turn of what npm test plays a twelfth of; by hand and in nightly it is always played', () => {
  const inARow = Array.from({ length: turns }, (_, by) => by);
  const played = (how: 'turn' | 'sample' | 'all') => inARow.filter((by) => isTurnOf('a lever', 'no/folder', how, by));
  expect(played('turn')).toHaveLength(1);
  expect([played('sample'), played('all')]).toEqual([inARow, inARow]);
});

test('of nothing a sample is nothing', () => {
  expect(chosen([], 'sample', 7, '')).toEqual([]);
});
