import { createHash } from 'node:crypto';
import { type Obligation, remindersOf } from '../../lib/domain/obligation.ts';

/** Longest name of a schedule (EventBridge Scheduler API, CreateSchedule). */
export const nameLimit = 64;
const digestLength = 12;

/** A schedule's name follows from what it reminds of, so setting it again finds it already there. */
export function scheduleName(incident: string, regime: string, report: string, reminder: string): string {
  const name = [incident, regime, report, reminder].join('-').replace(/[^\w.-]/g, '-');
  if (name.length <= nameLimit) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
  return `${name.slice(0, nameLimit - digestLength - 1)}-${digest}`;
}

/** Schedules know whole seconds. Rounded up: a reminder that comes a moment early would find nothing due. */
const wholeSecond = (at: string): string => new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString();

/** The one-time expression, in UTC and without a zone: that is a field of its own (Scheduler guide, "Schedule types"). */
export const expression = (at: string): string => `at(${at.slice(0, 19)})`;

export interface Alarm {
  readonly schedule: string;
  readonly at: string;
  readonly input: {
    readonly incident: string;
    readonly regime: string;
    readonly report: string;
    readonly reminder: string;
  };
}

/** The reminders still to come. One that is past would be refused or fire at once, and says nothing the report task does not. */
export function alarmsOf(incident: string, obligation: Obligation, now: string): Alarm[] {
  if (obligation.state !== 'running') return [];
  const { regime, report } = obligation;
  return remindersOf(obligation)
    .map(({ name, at }) => ({
      schedule: scheduleName(incident, regime, report, name),
      at: wholeSecond(at),
      input: { incident, regime, report, reminder: name },
    }))
    .filter(({ at }) => at > now);
}
