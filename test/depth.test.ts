import { expect, test } from 'vitest';
import { chosen, isTurnOf } from './depth.ts';

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

test('of three commits in a row one takes the turn of what npm test plays a third of; by hand and in nightly it is always played', () => {
  expect([0, 1, 2].map((by) => isTurnOf('a lever', 'no/folder', 'turn', by)).toSorted()).toEqual([false, false, true]);
  expect([0, 1, 2].map((by) => isTurnOf('a lever', 'no/folder', 'all', by))).toEqual([true, true, true]);
  expect([0, 1, 2].map((by) => isTurnOf('a lever', 'no/folder', 'sample', by))).toEqual([true, true, true]);
});

test('of nothing a sample is nothing', () => {
  expect(chosen([], 'sample', 7, '')).toEqual([]);
});
