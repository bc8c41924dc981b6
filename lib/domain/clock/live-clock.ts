import { contradictionsIn } from './contradictions.ts';
import { type Obligation as Computed, obligationsOf } from './engine.ts';
import { futureAmong } from './facts.ts';
import { type IncidentFact, inForce } from './incident-fact.ts';
import type { Fact } from './known.ts';
import { byDueTime, idOf, Obligation } from './obligation.ts';
import { type RegimeName, regimeOf } from './regime-name.ts';

/** What is on record about the clocks of one incident. */
export interface Clocks {
  readonly facts: readonly IncidentFact[];
  readonly obligations: readonly Obligation[];
}

/** On whose word a due time moves. */
export interface Mover {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Whether it is due soon, overdue or kept long enough depends on when it is read. */
const stateOf = ({ state }: Computed): Obligation['state'] =>
  state === 'watching' || state === 'sent' || state === 'withdrawn' ? state : 'running';

function asRecord(one: Computed): Obligation {
  const { regime, report, dueAt, start, because, kinder } = one;
  const means = regimeOf(regime).reports[report]?.means ?? 'report';
  const startedAt = start?.at ?? null;
  return {
    regime,
    report,
    state: stateOf(one),
    startedAt,
    dueAt,
    because,
    means,
    kinder: [...kinder],
    moved: [],
  };
}

/**
 * What is computed, held against what stood there. A due time becomes earlier by itself; later only on a person's word, and otherwise what
 * stands stays, with its reason. Both times are kept.
 */
function merged(standing: Obligation | undefined, fresh: Obligation, mover: Mover | null, now: string): Obligation {
  if (!standing) return fresh;
  const { filed, withdrawn, moved, dueAt: from } = standing;
  const kept = { ...(filed && { filed }), ...(withdrawn && { withdrawn }) };
  const state = withdrawn && fresh.state !== 'sent' ? ('withdrawn' as const) : fresh.state;
  const to = fresh.dueAt;
  if (from === null || from === to) return { ...fresh, state, moved, ...kept };
  if (!mover && (to === null || to > from)) return { ...standing, state };
  if (to === null) return { ...fresh, state, moved, ...kept };
  const { by, reason, at } = mover ?? { by: 'tourniquet', reason: 'recalculated from the recorded facts', at: now };
  return { ...fresh, state, moved: [...moved, { from, to, by, reason, at }], ...kept };
}

/** Every report of these regimes and of those on record, as it stands with the facts in force; the earliest due first. */
export function clocksAt(
  { facts, obligations }: Clocks,
  regimes: readonly RegimeName[],
  now: string,
  mover: Mover | null = null,
): Obligation[] {
  const names = regimesOf(obligations, regimes);
  const computed = obligationsOf(names.map(regimeOf), inForce(facts), now).map(asRecord);
  return computed
    .map((fresh) => {
      const standing = obligations.find((one) => idOf(one) === idOf(fresh));
      return merged(standing, fresh, mover, now);
    })
    .toSorted(byDueTime);
}

/** The regimes an incident is under: those on record, and those configured since. */
export const regimesOf = (obligations: readonly Obligation[], regimes: readonly RegimeName[]): RegimeName[] => [
  ...new Set([...obligations.map(({ regime }) => regime), ...regimes]),
];

/** Why a fact cannot be, beside what is known already: it lies in the future, or contradicts it. Null when it can. */
export function objectionTo(fact: Fact, { facts, obligations }: Clocks, regimes: readonly RegimeName[], now: string) {
  const [future] = futureAmong([fact], now);
  const others = inForce(facts).filter(({ name }) => name !== fact.name);
  const under = regimesOf(obligations, regimes).map(regimeOf);
  const [contradiction] = contradictionsIn(under, [...others, fact]);
  return future ?? contradiction ?? null;
}

/** What of the obligations is no longer as it stood: what has to be written. */
export function changedAmong(before: readonly Obligation[], after: readonly Obligation[]): Obligation[] {
  // Parsed, their keys stand in one order.
  const text = (one: Obligation): string => JSON.stringify(Obligation.parse(one));
  const stood = new Map(before.map((one) => [idOf(one), text(one)]));
  return after.filter((one) => stood.get(idOf(one)) !== text(one));
}
