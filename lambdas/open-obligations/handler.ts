import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { Obligation, obligationOf } from '../../lib/domain/obligation.ts';
import type { Target } from '../../lib/domain/target.ts';
import { all } from '../runtime/all.ts';
import { construct } from '../runtime/clients.ts';
import { config, environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../runtime/serve-step.ts';
import { keys } from '../runtime/table.ts';
import { type Alarm, alarmsOf, expression } from './plan.ts';
import { type ObligationsOpened, openObligations } from './step.ts';

/** Writes an obligation once; whoever was first has started the clock, and that one counts. */
async function stand(work: Work, incident: string, obligation: Obligation): Promise<Obligation> {
  const key = keys.obligation(incident, obligation.regime, obligation.report);
  const standing = await work.table.putNew({ ...key, incident, ...obligation });
  return standing ? Obligation.parse(standing) : obligation;
}

/** Sets one reminder. It removes itself once it has fired; one that is already set is as good. */
async function set(client: SchedulerClient, { schedule, at, input }: Alarm): Promise<void> {
  const command = new CreateScheduleCommand({
    Name: schedule,
    GroupName: environment('SCHEDULE_GROUP'),
    ScheduleExpression: expression(at),
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: environment('TICK'), RoleArn: environment('SCHEDULE_ROLE'), Input: JSON.stringify(input) },
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}

export async function open(context: StepContext<Target>): Promise<ObligationsOpened> {
  const { run, calls, maxAttempts, now } = context;
  const planned = config().regimes.map((regime) => obligationOf(regime, run.openedAt));
  const rest = { reminders: [], failed: [] };
  if (planned.length === 0) return { outcome: 'none-configured', obligations: [], ...rest };
  if (run.mode === 'observe') return { outcome: 'would-open', obligations: planned, ...rest };
  const obligations = await Promise.all(planned.map((one) => stand(context, run.incident, one)));
  const client = construct(SchedulerClient, { maxAttempts }, calls);
  const alarms = obligations.flatMap((one) => alarmsOf(run.incident, one, now()));
  const { done, failed } = await all(alarms.map((alarm) => [alarm.schedule, () => set(client, alarm)]));
  return {
    outcome: failed.length > 0 ? 'partly-opened' : 'opened',
    obligations,
    reminders: alarms.filter(({ schedule }) => done.includes(schedule)).map(({ schedule, at }) => ({ schedule, at })),
    failed,
  };
}

export const handler = serveStep(openObligations, open);
