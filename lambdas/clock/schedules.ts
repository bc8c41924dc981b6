import { createHash } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Obligation } from '../../lib/domain/clock/obligation.ts';
import { type Reminder, reminderAfter, reminderBy } from '../../lib/domain/clock/reminder.ts';
import type { Run } from '../../lib/domain/incident.ts';
import { all, type Done } from '../runtime/all.ts';
import { environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';

/** Longest name of a schedule (EventBridge Scheduler API, CreateSchedule). */
export const nameLimit = 64;
const digestLength = 12;

/** A schedule's name follows from the obligation it reminds of: there is one each, and it is found again without being remembered. */
export function scheduleName(incident: string, regime: string, report: string): string {
  const name = [incident, regime, report].join('-').replace(/[^\w.-]/g, '-');
  if (name.length <= nameLimit) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
  return `${name.slice(0, nameLimit - digestLength - 1)}-${digest}`;
}

/** Schedules know whole seconds. Rounded up: a reminder that comes a moment early would find nothing due. */
const wholeSecond = (at: string): string => new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString();

/** The one-time expression, in UTC and without a zone: that is a field of its own (Scheduler guide, "Schedule types"). */
export const expression = (at: string): string => `at(${wholeSecond(at).slice(0, 19)})`;

/** When the clock of one obligation rings next. */
export interface Alarm {
  readonly schedule: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly input: { readonly incident: string; readonly regime: string; readonly report: string };
}

/** Scheduler keeps time to the minute (Scheduler guide, "What is EventBridge Scheduler"), and a moment that is past it may not take. */
const soonest = 60_000;

/** What is told of one obligation already: by the reminder's name, and for which due time. Once that moves, people are told anew. */
export type IsTold = (reminder: Reminder, dueAt: string | null) => boolean;

/** The clock of an obligation, set to `at` or to the soonest that Scheduler takes; both ISO 8601 in UTC. */
export function alarmAt(
  incident: string,
  { regime, report }: Pick<Obligation, 'regime' | 'report'>,
  from: string,
  now: string,
): Alarm {
  const at = new Date(Math.max(Date.parse(from), Date.parse(now) + soonest)).toISOString();
  return { schedule: scheduleName(incident, regime, report), at, input: { incident, regime, report } };
}

/** When an obligation rings next: at once if people have not been told what is true by now. Null where there is nothing left to tell. */
export function alarmOf(incident: string, obligation: Obligation, isTold: IsTold, now: string): Alarm | null {
  if (obligation.state !== 'running') return null;
  const due = reminderBy(obligation, now);
  const next = due && !isTold(due, obligation.dueAt) ? due : reminderAfter(obligation, now);
  return next && alarmAt(incident, obligation, next.at, now);
}

/** A schedule as Scheduler takes it: when, what it calls, and with what. */
const definition = (schedule: string, at: string, calls: string, input: object) => ({
  Name: schedule,
  GroupName: environment('SCHEDULE_GROUP'),
  ScheduleExpression: expression(at),
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  // Kept once it has rung: it is set to the next time by whom it called, and a deletion after that would take the next time with it.
  ActionAfterCompletion: 'NONE' as const,
  Target: {
    Arn: calls,
    RoleArn: environment('SCHEDULE_ROLE'),
    Input: JSON.stringify(input),
    // What could not be delivered is a dead letter, of which people are told.
    DeadLetterConfig: { Arn: environment('DEAD_LETTERS') },
  },
});

type Schedule = Omit<ReturnType<typeof definition>, 'ActionAfterCompletion'> & {
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
};

async function put(work: Pick<Work, 'client'>, schedule: Schedule): Promise<void> {
  const client = work.client(SchedulerClient);
  try {
    await client.send(new UpdateScheduleCommand(schedule));
  } catch (error) {
    if (error instanceof ConflictException) return;
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateScheduleCommand(schedule)).catch((second: unknown) => {
      if (!(second instanceof ConflictException)) throw second;
    });
  }
}

/**
 * Sets the clock of one obligation to its next time, whether it was set before or not. Somebody who sets the same one at the same moment read
 * the same record, so a conflict is as good as done.
 */
export const arm = (work: Pick<Work, 'client'>, { schedule, at, input }: Alarm): Promise<void> =>
  put(work, definition(schedule, at, environment('TICK'), input));

/** How the names of schedules begin that look at logs again. */
const again = 'logs-again-';
export const isLookAgain = (schedule: string): boolean => schedule.startsWith(again);
/** Milliseconds after a response has closed: CloudTrail is up to 15 minutes late (CloudTrail user guide, "How CloudTrail works"). */
const untilAgain = 20 * 60_000;

export function againName({ incident, id }: Pick<Run, 'incident' | 'id'>): string {
  const digest = createHash('sha256').update(`${incident} ${id}`).digest('hex');
  return `${again}${digest.slice(0, 2 * digestLength)}`;
}

/** Has the logs of a run looked at once more, when what is delivered late is there. `call` is what the step is sent. */
export async function lookAgain(work: Pick<Work, 'client' | 'now'>, run: Pick<Run, 'incident' | 'id'>, call: object) {
  const at = new Date(Date.parse(work.now()) + untilAgain).toISOString();
  const schedule = definition(againName(run), at, environment('LOOK_AGAIN'), call);
  await put(work, { ...schedule, ActionAfterCompletion: 'DELETE' });
}

/** Sets several clocks; says of each whether it is set. What was throttled throws Transient after all the others had their turn. */
export const armAll = (work: Work, alarms: readonly Alarm[]): Promise<Done> =>
  all(alarms.map((alarm) => [alarm.schedule, () => arm(work, alarm)]));
