/** A moment as logs write it: to be sorted by, and to be shown with the precision it has. */
export interface Moment {
  /** Whole seconds since 1970 in UTC. */
  readonly seconds: number;
  readonly nanos: number;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const exists = (year: number, month: number, day: number): boolean =>
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= (lengths[month - 1] ?? 0) &&
  (month !== 2 || day < 29 || isLeap(year));

const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/;

/** Seconds that a zone is ahead of UTC. What names no zone is UTC, as AWS writes it. */
function aheadOf(zone: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '') ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : 0;
}

/** A moment so many seconds after 1970, with decimals as text (`'123'` are milliseconds). */
export function secondsMoment(seconds: number, decimals = ''): Moment | null {
  // Beyond the year 9999 ISO 8601 needs more digits, and no log has such times.
  if (!Number.isInteger(seconds) || seconds < -62_135_596_800 || seconds > 253_402_300_799) return null;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  const nanos = decimals === '' ? 0 : Number(decimals.padEnd(9, '0'));
  return { seconds, nanos, time: decimals === '' ? `${whole}Z` : `${whole}.${decimals}Z` };
}

/** Milliseconds since 1970, as CloudWatch Logs and WAF write times. */
export function millisecondsMoment(milliseconds: number): Moment | null {
  if (!Number.isInteger(milliseconds)) return null;
  const seconds = Math.floor(milliseconds / 1000);
  return secondsMoment(seconds, `${milliseconds - seconds * 1000}`.padStart(3, '0'));
}

/** The twenty characters of `2024-01-01T00:00:00Z` without a regular expression: a million of them come at once. */
function plainMoment(text: string): Moment | null {
  if (text.length !== 20 || text.charCodeAt(19) !== 90 || text.charCodeAt(10) !== 84) return null;
  const digits = (at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  const [year, month, day] = [digits(0) * 100 + digits(2), digits(5), digits(8)];
  const [hour, minute, second] = [digits(11), digits(14), digits(17)];
  if (!exists(year, month, day) || !(hour < 24 && minute < 60 && second < 60)) return null;
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return { seconds, nanos: 0, time: text };
}

/** ISO 8601 and its relatives: a blank for the T, a comma for the point, no zone (UTC), an offset. Null where it is no moment. */
export function isoMoment(text: string): Moment | null {
  const found = iso.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, decimals = '', zone] = found;
  const plain = (zone === undefined || zone === 'Z') && `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const quick = plain ? plainMoment(plain) : null;
  if (quick && decimals === '') return quick;
  if (!exists(Number(year), Number(month), Number(day))) return null;
  // A leap second counts as the second after it.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const local =
    daysOf(Number(year), Number(month), Number(day)) * 86_400 +
    Number(hour) * 3600 +
    Number(minute) * 60 +
    Number(second);
  return secondsMoment(local - aheadOf(zone), decimals);
}

/** The parts of a time that was printed. */
export function secondsAndNanos(time: string): { seconds: number; nanos: number } {
  const decimals = /\.(\d{1,9})\d*Z$/.exec(time)?.[1] ?? '';
  return { seconds: Date.parse(`${time.slice(0, 19)}Z`) / 1000, nanos: Number(decimals.padEnd(9, '0')) };
}

/** As CloudTrail writes it, nearly always; anything else goes the long way. */
export const moment = (text: string): Moment | null => plainMoment(text) ?? isoMoment(text);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const common = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/;

/** `06/Feb/2019:00:00:38 +0000`, as web servers and S3 write it. */
export function commonLogMoment(text: string): Moment | null {
  const [, day, month = '', year, time, zone] = common.exec(text) ?? [];
  const number = months.indexOf(month) + 1;
  return number === 0 ? null : isoMoment(`${year}-${two(number)}-${day}T${time}${zone}`);
}

const short = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)$/;

/** `Nov 30 11:00:00`, as syslog writes it: without year and zone. */
export function syslogMoment(text: string, year: number): Moment | null {
  const [, month = '', day, time] = short.exec(text) ?? [];
  const number = months.indexOf(month) + 1;
  return number === 0 ? null : isoMoment(`${year}-${two(number)}-${two(Number(day))}T${time}Z`);
}
