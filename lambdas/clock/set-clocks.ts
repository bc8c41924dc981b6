import { factFrom } from '../../lib/domain/clock/facts.ts';
import type { IncidentFact } from '../../lib/domain/clock/incident-fact.ts';
import type { Fact } from '../../lib/domain/clock/known.ts';
import { changedAmong, clocksAt, objectionTo, regimesOf } from '../../lib/domain/clock/live-clock.ts';
import { idOf, type Move, type Obligation } from '../../lib/domain/clock/obligation.ts';
import { regimeOf } from '../../lib/domain/clock/regime-name.ts';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import type { NewEntry } from '../../lib/domain/ledger.ts';
import { config } from '../runtime/environment.ts';
import { append } from '../runtime/ledger.ts';
import { logger, type Work } from '../runtime/pipeline.ts';
import { Conflict } from '../runtime/table.ts';
import { alarmsOf, changing, nextNumber, readClocks, type Standing } from './clocks.ts';
import { armAll } from './schedules.ts';

/** Somebody on the list of approvers, and why. */
export interface Person {
  readonly by: string;
  readonly reason: string;
  readonly via: IncidentFact['via'];
}

/** What a person decided about the clocks, before it is written. */
export interface Decided {
  readonly entry: NewEntry;
  readonly facts: readonly IncidentFact[];
  readonly obligations: readonly Obligation[];
}

/** What became of it. */
export interface Changed {
  readonly incident: string;
  readonly by: string;
  /** Those that are no longer as they stood. */
  readonly obligations: readonly Obligation[];
  readonly moved: readonly Moved[];
  /** Clocks that could not be set; the daily sweep sets them. */
  readonly notSet: readonly string[];
}

/** People who decide about one incident in the same moment before we ask them to look again. */
const patience = 5;

/**
 * Decides on what is really there: whoever was overtaken reads and decides anew. Record and ledger are written together, then clocks are set.
 * Null decides that it stands on record already: then nothing is written.
 */
export async function change(
  work: Work,
  incident: string,
  by: string,
  decide: (standing: Standing, now: string) => Decided | null,
): Promise<Changed> {
  for (let turn = 0; turn < patience; turn++) {
    const standing = await readClocks(work, incident);
    const now = work.now();
    const decided = decide(standing, now);
    if (!decided) return { incident, by, obligations: [], moved: [], notSet: [] };
    try {
      await append(work.table, incident, decided.entry, changing(standing, decided.facts, decided.obligations));
    } catch (error) {
      if (error instanceof Conflict) continue;
      throw error;
    }
    return changed(work, standing, decided, by, now);
  }
  throw new Refused('Someone else is changing the clocks of this incident; look at it and try again.');
}

type Moved = Move & { readonly obligation: string };

/** The due times that moved just now. */
export const movesIn = (standing: Standing, obligations: readonly Obligation[]): Moved[] =>
  obligations.flatMap((one) => {
    const before = standing.obligations.find((other) => idOf(other) === idOf(one))?.moved.length ?? 0;
    return one.moved.slice(before).map((move) => ({ ...move, obligation: idOf(one) }));
  });

async function changed(
  work: Work,
  standing: Standing,
  { obligations }: Decided,
  by: string,
  now: string,
): Promise<Changed> {
  const { incident } = standing;
  const different = changedAmong(standing.obligations, obligations);
  const moved = movesIn(standing, different);
  // It is on record by now: that a clock could not be set must not read as if nothing had been recorded.
  const { failed } = await armAll(work, alarmsOf(standing, different, now)).catch((error: unknown) => {
    if (!(error instanceof Transient)) throw error;
    logger.error('A clock could not be set', error);
    return { failed: [{ what: 'clocks', error: error.message }] };
  });
  return { incident, by, obligations: different, moved, notSet: failed.map(({ what, error }) => `${what}: ${error}`) };
}

/** A fact as a person records it now. */
export const recorded = (standing: Standing, fact: Fact, { by, reason, via }: Person, now: string): IncidentFact => ({
  name: fact.name,
  time: fact.at,
  by,
  reason,
  at: now,
  via,
  n: nextNumber(standing),
});

function factOf(typed: string, { obligations }: Standing): Fact {
  const read = factFrom(typed, regimesOf(obligations, config().regimes).map(regimeOf));
  if ('fault' in read) throw new Refused(read.fault);
  if (read.fact.name.startsWith('sent:'))
    throw new Refused('To record a filed report use `tourniquet filed`, which asks for its reference.');
  return read.fact;
}

/**
 * Records a fact, `aware=2026-11-20T14:30Z`. Due times that become earlier move by themselves; that one becomes later is this person's word, and
 * the obligation shows both. Refused: what lies in the future or contradicts what is known.
 */
export function setFact(work: Work, incident: string, typed: string, person: Person): Promise<Changed> {
  return change(work, incident, person.by, (standing, now) => {
    const fact = factOf(typed, standing);
    const objection = objectionTo(fact, standing, config().regimes, now);
    if (objection) throw new Refused(objection);
    const fresh = recorded(standing, fact, person, now);
    const { by, reason } = person;
    const clocks = { ...standing, facts: [...standing.facts, fresh] };
    const obligations = clocksAt(clocks, config().regimes, now, { by, reason, at: now });
    const what = `${fact.name} is ${fact.at}: ${reason}`;
    const detail = { fact: fresh, moved: movesIn(standing, obligations) };
    return { entry: { kind: 'fact', actor: by, what, detail }, facts: [fresh], obligations };
  });
}
