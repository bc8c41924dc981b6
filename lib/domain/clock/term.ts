import { businessDaysAfter, type CalendarName, calendars, monthsAfter } from './calendar.ts';

/**
 * How long somebody has. Hours are hours that really pass, over weekends and changes of the clock. Days and months are counted in UTC, since
 * no law here names a zone for them; by the reader's own zone the day may be another one. `promptly` has no hour, only words.
 */
export type Term =
  | { readonly hours: number }
  /** As hours, but the hour in which the event falls does not count. */
  | { readonly wholeHours: number }
  | { readonly days: number }
  | { readonly months: number }
  | { readonly businessDays: number; readonly of: CalendarName }
  | { readonly promptly: string };

export const hour = 3_600_000;
const day = 24 * hour;

/** When a term that began at `start` ends, both in milliseconds since 1970; null where the law sets no deadline. */
export function endOf(term: Term, start: number): number | null {
  if ('hours' in term) return start + term.hours * hour;
  if ('wholeHours' in term) return (Math.floor(start / hour) + 1 + term.wholeHours) * hour;
  if ('days' in term) return start + term.days * day;
  if ('months' in term) return monthsAfter(start, term.months);
  if ('businessDays' in term) return businessDaysAfter(start, term.businessDays, term.of);
  return null;
}

const counted = (many: number, unit: string): string => `${many} ${unit}${many === 1 ? '' : 's'}`;

/** The term in words, fit to be followed by what it runs from: `72 hours`, `1 month`. */
export function termWords(term: Term): string {
  if ('hours' in term) return counted(term.hours, 'hour');
  if ('wholeHours' in term) return `${counted(term.wholeHours, 'hour')}, the first one begun not counted,`;
  if ('days' in term) return counted(term.days, 'day');
  if ('months' in term) return `${counted(term.months, 'month')} (in UTC)`;
  if ('promptly' in term) return `${term.promptly},`;
  const { closes, title } = calendars[term.of];
  return `${counted(term.businessDays, 'business day')} (until ${closes}, ${title})`;
}
