import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf } from './axis.ts';

const noon = Date.parse('2026-03-03T12:00:00.000Z');
const at = (...seconds: number[]): number[] => seconds.map((one) => noon + one * 1000);
const minute = 60;
const day = 24 * 60 * minute;

describe('the axis', () => {
  test('without a quiet stretch is one scale from edge to edge', () => {
    const axis = axisOf(at(0, 1, 2, 3, 4));
    expect(axis.cuts).toEqual([]);
    expect(at(0, 1, 2, 3, 4).map(axis.at)).toEqual([1.5, 25.75, 50, 74.25, 98.5]);
  });

  test('leaves out long quiet stretches, says which, and keeps one scale for the rest', () => {
    const axis = axisOf(at(0, 2, 4, day, day + 2, day + 4));
    expect(axis.cuts).toMatchObject([{ from: noon + 4000, to: noon + day * 1000 }]);
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = at(0, 2, day, day + 2, day + 4).map(axis.at);
    expect(d - c).toBeCloseTo(b - a);
    expect(e - d).toBeCloseTo(b - a);
    expect(axis.cuts[0]?.at).toBeGreaterThan(b);
    expect(axis.cuts[0]?.at).toBeLessThan(c);
  });

  test('cuts several, of very different length', () => {
    const { cuts } = axisOf(at(0, 1, 2, 3, 6 * minute, 6 * minute + 2, day, day + 3));
    expect(cuts.map(({ from, to }) => Math.round((to - from) / 1000))).toEqual([6 * minute - 3, day - 6 * minute - 2]);
    expect(axisOf(at(0, 1, 2, day, day + 1, 2 * day + 1)).cuts).toHaveLength(2);
  });

  test('leaves nothing out where no stretch is much longer than the others', () => {
    expect(axisOf(at(0, 1, 3, 7, 15, 31)).cuts).toEqual([]);
    expect(axisOf(at(0, 60, 125, 180, 240)).cuts).toEqual([]);
  });

  test('of a single moment, or of two, is still one', () => {
    expect(axisOf(at(5)).at(noon + 5000)).toBe(1.5);
    expect(axisOf(at(0, day)).cuts).toEqual([]);
    expect(at(0, day).map(axisOf(at(0, day)).at)).toEqual([1.5, 98.5]);
    expect(axisOf([]).ticks).toHaveLength(1);
  });

  test('labels the clock where time jumps, and the day where it changes', () => {
    const { ticks } = axisOf(at(0, 2, 4, 6, 8, day, day + 2, day + 4, day + 6, day + 8));
    expect(ticks.filter((one) => one.day).map(({ label, day }) => [label, day])).toEqual([
      ['12:00:00', '3 Mar 2026'],
      ['12:00:00', '4 Mar 2026'],
    ]);
  });

  test('of anything keeps the order, stays inside, and leaves its labels room', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 30 * day * 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(moments, (offsets) => {
        const times = offsets.map((one) => noon + one).toSorted((a, b) => a - b);
        const { at, cuts, ticks } = axisOf(times);
        const places = times.map(at);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const place of [...places, ...cuts.map((cut) => cut.at)]) {
          expect(place).toBeGreaterThanOrEqual(1.4);
          expect(place).toBeLessThanOrEqual(98.6);
        }
        for (const [index, tick] of ticks.slice(1).entries())
          expect(tick.at - (ticks[index]?.at ?? 0)).toBeGreaterThanOrEqual(9);
      }),
    );
  });
});
