import type { Obligation } from './obligation.ts';

/** A moment at which people are told. Its name is `at-50`, `minus-4h`, `due`, `overdue-8h`, `overdue-3d`. */
export interface Reminder {
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

type Clock = Pick<Obligation, 'startedAt' | 'dueAt' | 'means'>;

const hour = 3_600_000;
/** While a report is overdue people are told again every four hours of the first day, and then every day. */
const again = { every: 4, hoursOfFirstDay: 24 };

const after = (from: number, milliseconds: number): string => new Date(from + milliseconds).toISOString();

/**
 * When to remind before and at the due time: at 50, 75 and 90 % of the time, four hours and one hour before, and when it is due; earliest
 * first. A short term has fewer. Of what is only kept people are told once, when it may go.
 */
export function remindersOf({ startedAt, dueAt, means }: Clock): Reminder[] {
  if (dueAt === null) return [];
  const [start, due] = [Date.parse(startedAt ?? dueAt), Date.parse(dueAt)];
  const last = { name: 'due', at: dueAt };
  if (means === 'keep until') return [last];
  const ahead = [
    { name: 'at-50', at: after(start, (due - start) * 0.5) },
    { name: 'at-75', at: after(start, (due - start) * 0.75) },
    { name: 'at-90', at: after(start, (due - start) * 0.9) },
    { name: 'minus-4h', at: after(due, -4 * hour) },
    { name: 'minus-1h', at: after(due, -hour) },
  ];
  return [...ahead.filter(({ at }) => Date.parse(at) > start && at < dueAt), last].toSorted((a, b) =>
    a.at.localeCompare(b.at),
  );
}

/** The repetition so many whole hours after the due time. */
const repetition = (due: number, hours: number): Reminder => ({
  name: hours < again.hoursOfFirstDay ? `overdue-${hours}h` : `overdue-${hours / again.hoursOfFirstDay}d`,
  at: after(due, hours * hour),
});

const stepAt = (hours: number): number => (hours < again.hoursOfFirstDay ? again.every : again.hoursOfFirstDay);

/** The latest reminder whose time has come at `now`; null before the first. An overdue report never runs out of them. */
export function reminderBy(obligation: Clock, now: string): Reminder | null {
  const last = remindersOf(obligation).findLast(({ at }) => at <= now) ?? null;
  if (last?.name !== 'due' || obligation.means === 'keep until') return last;
  const due = Date.parse(last.at);
  const hours = (Date.parse(now) - due) / hour;
  return hours < again.every ? last : repetition(due, Math.floor(hours / stepAt(hours)) * stepAt(hours));
}

/** The first reminder after `at`; null where there is nothing more to tell. */
export function reminderAfter(obligation: Clock, at: string): Reminder | null {
  const all = remindersOf(obligation);
  const next = all.find((one) => one.at > at);
  const last = all.at(-1);
  if (next || !last || obligation.means === 'keep until') return next ?? null;
  const due = Date.parse(last.at);
  const hours = (Date.parse(at) - due) / hour;
  return repetition(due, (Math.floor(hours / stepAt(hours)) + 1) * stepAt(hours));
}
