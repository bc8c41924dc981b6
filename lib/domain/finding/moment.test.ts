import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOf } from './moment.ts';

describe('isoOf', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.1239Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31 12:00:00.5', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00+0000', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00-05:30', '2026-01-31T17:30:00.000Z'],
    [' Sat, 31 Jan 2026 12:00:00 GMT ', '2026-01-31T12:00:00.000Z'],
    ['Fri, 3 Jun 2022 05:01:10 GMT', '2022-06-03T05:01:10.000Z'],
    ['Sat Jan 31 12:00:00.123 UTC 2026', '2026-01-31T12:00:00.123Z'],
    ['Thu Sep 05 13:06:56 UTC 2024', '2024-09-05T13:06:56.000Z'],
    ['Jan 31, 2026, 12:00:00 PM', '2026-01-31T12:00:00.000Z'],
    ['Jan 31, 2026, 12:00:00 AM', '2026-01-31T00:00:00.000Z'],
    ['Feb 1, 2026, 9:08:07\u202fPM', '2026-02-01T21:08:07.000Z'],
    [1769860800, '2026-01-31T12:00:00.000Z'],
    [1769860800.25, '2026-01-31T12:00:00.250Z'],
    [1769860800000, '2026-01-31T12:00:00.000Z'],
  ])('reads %j', (value, iso) => expect(isoOf(value)).toBe(iso));

  it.each([
    ['yesterday'],
    ['31.01.2026'],
    ['2026'],
    ['2026-13-01T00:00:00Z'],
    ['Sat, 31 Jen 2026 12:00:00 GMT'],
    ['Sat, 31 Jan 2026 12:00:00 PST'],
    ['Jen 31, 2026, 12:00:00 PM'],
    ['Jan 31, 2026, 13:00:00 PM'],
    ['Jan 31, 2026, 0:00:00 AM'],
    ['Jan 31, 2026, 12:00:00'],
    [''],
    [1e300],
    [Number.NaN],
    [null],
    [undefined],
    [true],
    [{}],
    [['2026-01-31T12:00:00Z']],
  ])('gives null for %j', (value) => expect(isoOf(value)).toBeNull());

  it('gives back every moment, and never throws', () => {
    const past = { min: new Date('1973-04-01T00:00:00Z'), max: new Date('2999-01-01T00:00:00Z'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(past), (date) => {
        expect(isoOf(date.toISOString())).toBe(date.toISOString());
        expect(isoOf(date.getTime())).toBe(date.toISOString());
        expect(isoOf(date.toUTCString())).toBe(new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString());
      }),
    );
    fc.assert(fc.property(fc.anything(), (value) => void isoOf(value)));
  });
});
