import * as z from 'zod';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 2026-01-31T12:00:00.123Z, also with a space for the T, an offset, or without either: AWS means UTC. */
const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
/** RFC 1123, as Health writes: Sat, 31 Jan 2026 12:00:00 GMT. */
const rfc1123 = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/;
/** As Inspector writes: Sat Jan 31 12:00:00.123 UTC 2026. */
const javaDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d)(\.\d+)? UTC (\d{4})$/;
/** As Inspector wrote before that (ECR user guide, event of an image scan finding): Jan 31, 2026, 12:00:00 PM. */
const longDate = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}), (0?[1-9]|1[0-2])(:\d\d:\d\d)\s([AP])M$/;

/** Seconds since 1970 stay below this until the year 5138; milliseconds passed it in March 1973. */
const firstMilliseconds = 1e11;

const dashed = (year: string, month: string, day: string): string =>
  `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;

/** On the clock of 24 hours 12 AM is 00 and 12 PM is 12. */
function parsedLong(value: string): number {
  const [, month = '', day = '', year = '', hour = '', rest = '', half = ''] = longDate.exec(value) ?? [];
  const ofDay = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return day ? Date.parse(`${dashed(year, month, day)}T${String(ofDay).padStart(2, '0')}${rest}Z`) : Number.NaN;
}

/** Only forms whose reading does not depend on the clock's time zone: `Date.parse` takes any other text for local time. */
function parsed(value: string): number {
  const [, day = '', time = '', fraction = '', zone = 'Z'] = iso.exec(value) ?? [];
  if (day) return Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`);
  const [, mailDay = '', mailMonth = '', mailYear = '', mailTime = ''] = rfc1123.exec(value) ?? [];
  if (mailDay) return Date.parse(`${dashed(mailYear, mailMonth, mailDay)}T${mailTime}Z`);
  const [, month = '', date = '', clock = '', part = '', year = ''] = javaDate.exec(value) ?? [];
  return date ? Date.parse(`${dashed(year, month, date)}T${clock}${part.slice(0, 4)}Z`) : parsedLong(value);
}

/** A moment as ISO 8601 in UTC, from any of the forms AWS writes it in: text, or seconds or milliseconds since 1970. Null for anything else. */
export function isoOf(value: unknown): string | null {
  const epoch = typeof value === 'number' ? value * (Math.abs(value) < firstMilliseconds ? 1000 : 1) : Number.NaN;
  const date = new Date(typeof value === 'string' ? parsed(value.trim()) : epoch);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** A field that should hold a moment: null where it is absent or holds none. */
export const moment = z.preprocess(isoOf, z.string().nullable());
