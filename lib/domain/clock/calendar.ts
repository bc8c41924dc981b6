import { allForYear } from '@18f/us-federal-holidays';
import { Temporal } from 'temporal-polyfill';

/** The open days of an authority: where its clock hangs, and when its day ends for filings. */
interface Calendar {
  readonly title: string;
  readonly zone: string;
  readonly closes: string;
}

/**
 * Business days by name. `edgar`: the SEC is closed on Saturdays, Sundays and federal holidays (5 U.S.C. 6103, on the day they are observed);
 * what comes after 17:30 counts as filed on the next open day (17 CFR 232.13(a)(2)). Days closed by an executive order are not known here:
 * without them the due time is earlier, never later.
 */
export const calendars = {
  edgar: { title: 'New York time, days the SEC is open', zone: 'America/New_York', closes: '17:30' },
} as const satisfies Record<string, Calendar>;
export type CalendarName = keyof typeof calendars;

/** Which days are holidays follows from the year alone; ten thousand obligations ask for the same few years. */
const known = new Map<number, ReadonlySet<string>>();

function federalHolidays(year: number): ReadonlySet<string> {
  const found = known.get(year) ?? new Set(allForYear(year).map(({ dateString }) => dateString));
  known.set(year, found);
  return found;
}

/** New Year's Day on a Saturday is observed on the last day of the year before. */
const isHoliday = (date: Temporal.PlainDate): boolean =>
  [date.year, date.year + 1].some((year) => federalHolidays(year).has(date.toString()));

const isOpen = (date: Temporal.PlainDate): boolean => date.dayOfWeek < 6 && !isHoliday(date);

/**
 * The end of the last of so many business days, in milliseconds since 1970. The day of the start never counts; from a closed day the count
 * begins with, and includes, the next open day (Form 8-K, General Instruction B.1), which comes to the same.
 */
export function businessDaysAfter(start: number, days: number, name: CalendarName): number {
  const { zone, closes } = calendars[name];
  let date = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone).toPlainDate();
  for (let left = days; left > 0; ) {
    date = date.add({ days: 1 });
    if (isOpen(date)) left--;
  }
  return date.toZonedDateTime({ timeZone: zone, plainTime: closes }).epochMilliseconds;
}

/** So many months later, in UTC; where that month is too short, its last day: 31 January and a month is 28 or 29 February. */
export function monthsAfter(start: number, months: number): number {
  const from = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO('UTC');
  return from.add({ months }, { overflow: 'constrain' }).epochMilliseconds;
}

/** Milliseconds since 1970 of a time in ISO 8601 with an offset, or null where there is no such day or hour. */
export function instantOf(iso: string): number | null {
  try {
    return Temporal.Instant.from(iso).epochMilliseconds;
  } catch {
    return null;
  }
}
