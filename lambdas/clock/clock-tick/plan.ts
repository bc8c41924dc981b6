import type { Obligation } from '../../../lib/domain/clock/obligation.ts';
import { type Reminder, reminderAfter, reminderBy } from '../../../lib/domain/clock/reminder.ts';

/** Milliseconds by which clocks of two services may differ. */
const skew = 60_000;

/** How it is told: `kept` says that what had to be kept may go. */
export type Urgency = 'reminder' | 'overdue' | 'kept';

/** What a firing asks for once the record is read again: nothing, or telling people of this reminder. */
export type Tick = { readonly silent: string } | { readonly tell: Urgency; readonly reminder: Reminder };

function urgencyOf({ means }: Obligation, dueAt: string, now: string): Urgency {
  if (means === 'keep until') return 'kept';
  return now >= dueAt ? 'overdue' : 'reminder';
}

/**
 * A timer is only a nudge: what is true is on record. Late is told as late, a clock that was moved on is not rung early, and of several
 * reminders whose time has passed only the latest is told.
 */
export function tickOf(
  obligation: Obligation | null,
  isTold: (reminder: Reminder, dueAt: string | null) => boolean,
  now: string,
): Tick {
  if (!obligation) return { silent: 'there is no such obligation' };
  const { state, dueAt } = obligation;
  if (state !== 'running') return { silent: `the obligation is ${state}` };
  if (dueAt === null) return { silent: 'the law sets no deadline' };
  const reminder = reminderBy(obligation, new Date(Date.parse(now) + skew).toISOString());
  if (!reminder) return { silent: `no reminder is due before ${reminderAfter(obligation, now)?.at}` };
  if (isTold(reminder, dueAt)) return { silent: 'the reminder was already posted' };
  return { tell: urgencyOf(obligation, dueAt, now), reminder };
}
