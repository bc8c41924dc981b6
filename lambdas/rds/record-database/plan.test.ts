import { describe, expect, it } from 'vitest';
import { chosen, type LogFile, leftSentence, mostBytes, mostFiles, wantedSince } from './plan.ts';

const file = (name: string, lastWritten: number, size = 1): LogFile => ({
  instance: 'orders',
  name,
  lastWritten,
  size,
});

describe('the logs that are taken', () => {
  it('begin a day before the first sign', () => {
    const opened = '2026-11-30T02:00:00.000Z';
    expect(new Date(wantedSince('2026-11-29T10:00:00.000Z', opened)).toISOString()).toBe('2026-11-28T10:00:00.000Z');
    expect(new Date(wantedSince(null, opened)).toISOString()).toBe('2026-11-29T02:00:00.000Z');
  });

  it('are the newest first, without empty ones', () => {
    const { taken, left } = chosen([file('old', 1), file('new', 2), file('empty', 3, 0)]);
    expect(taken.map(({ name }) => name)).toEqual(['new', 'old']);
    expect(leftSentence(left)).toBeNull();
  });

  it('are no more than there is room for; the rest is named', () => {
    const many = Array.from({ length: mostFiles + 5 }, (_, at) => file(`f${at}`, at));
    const { taken, left } = chosen(many);
    expect([taken.length, left.length]).toEqual([mostFiles, 5]);
    expect(leftSentence(left)).toMatch(/download f4 of orders, f3 of orders, f2 of orders and 2 more by hand/);
    const large = chosen([file('huge', 2, mostBytes + 1), file('small', 1)]);
    expect(large.taken.map(({ name }) => name)).toEqual(['small']);
    expect(leftSentence(large.left)).toContain('huge');
  });
});
