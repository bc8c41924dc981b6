import { expect, test } from 'vitest';
import { chosen } from './depth.ts';

const places = Array.from({ length: 23 }, (_, at) => at);

test('ten tenths are all, and none of it twice', () => {
  const tenths = places.slice(0, 10).flatMap((by) => chosen(places, 'tenth', by, 'a lever'));
  expect(tenths.toSorted((a, b) => a - b)).toEqual(places);
});

test('a sample has the first, the last and one in between, and each is in some sample', () => {
  const samples = places.map((by) => chosen(places, 'sample', by, 'a lever'));
  for (const sample of samples) {
    expect(sample).toHaveLength(3);
    expect([sample[0], sample.at(-1)]).toEqual([0, 22]);
  }
  expect(new Set(samples.flat()).size).toBe(places.length);
});

test.each([0, 1, 2, 3])('of a list of %i a sample is all', (length) => {
  expect(chosen(places.slice(0, length), 'sample', 7, '')).toEqual(places.slice(0, length));
});
