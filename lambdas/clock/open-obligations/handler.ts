import { openingFacts } from '../../../lib/domain/clock/incident-fact.ts';
import { changedAmong, clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import type { NewEntry } from '../../../lib/domain/ledger.ts';
import { config } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { Conflict } from '../../runtime/table.ts';
import type { Target } from '../../targets/target.ts';
import { alarmsOf, changing, readClocks, type Standing } from '../clocks.ts';
import { armAll } from '../schedules.ts';
import { type ObligationsOpened, openObligations } from './step.ts';

const actor = 'tourniquet';

function entryOf({ on, facts }: Standing): NewEntry {
  if (on === 'record') return { kind: 'obligation', actor, what: 'clocks counted again', detail: null };
  const what = `${facts.map(({ name }) => name).join(', ')}: ${facts[0]?.time}, ${facts[0]?.reason}`;
  return { kind: 'fact', actor, what, detail: { facts } };
}

/** Writes the facts an incident opens with, and its obligations, once; whoever was first has started the clocks, and those count. */
async function stand(context: StepContext<Target>): Promise<Standing> {
  const { run, table, now } = context;
  const before = await readClocks(context, run.incident, run);
  const obligations = clocksAt(before, config().regimes, now());
  if (before.on === 'record' && changedAmong(before.obligations, obligations).length === 0) return before;
  try {
    await append(table, run.incident, entryOf(before), changing(before, [], obligations));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  return readClocks(context, run.incident, run);
}

export async function open(context: StepContext<Target>): Promise<ObligationsOpened> {
  const { run, now } = context;
  const { regimes } = config();
  const rest = { reminders: [], failed: [] };
  if (regimes.length === 0) return { outcome: 'none-configured', obligations: [], ...rest };
  if (run.mode === 'observe') {
    const planned = clocksAt({ facts: openingFacts(run.openedAt), obligations: [] }, regimes, now());
    return { outcome: 'would-open', obligations: planned, ...rest };
  }
  const standing = await stand(context);
  const alarms = alarmsOf(standing, standing.obligations, now());
  const { done, failed } = await armAll(context, alarms);
  return {
    outcome: failed.length > 0 ? 'partly-opened' : 'opened',
    obligations: [...standing.obligations],
    reminders: alarms.filter(({ schedule }) => done.includes(schedule)).map(({ schedule, at }) => ({ schedule, at })),
    failed,
  };
}

export const handler = serveStep(openObligations, open);
