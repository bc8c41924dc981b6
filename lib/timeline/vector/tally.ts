import type { Position, PrintedEvent } from '../event.ts';
import { holdsOf, type Known, type Query } from './query.ts';

/** What answers a query: how many events, since when, of whom, and the first records. */
export interface Hits {
  count: number;
  first: string;
  last: string;
  readonly who: Set<string>;
  readonly records: Position[];
}

const mostWho = 5;
const mostRecords = 3;
/** Threads that are told apart for one query; those beyond are counted together, as of nobody. */
const mostThreads = 5000;
/** Actions of a kind for which the queries that may fit are remembered. */
const mostActs = 10_000;
/** The thread of an event that belongs to none. */
export const nobody = '';

export const threadOf = ({ thread, actor }: PrintedEvent): string => thread?.name ?? actor?.id ?? nobody;

export function noteHit(into: Hits | undefined, { time, source, actor, address }: PrintedEvent): Hits {
  const hits = into ?? { count: 0, first: time, last: time, who: new Set<string>(), records: [] };
  hits.count++;
  hits.last = time;
  const who = actor?.id ?? address;
  if (who && hits.who.size < mostWho) hits.who.add(who);
  if (hits.records.length < mostRecords) hits.records.push(source);
  return hits;
}

const byTime = (a: Hits, b: Hits): number => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0);

/** Several answers as one; null where there is none. */
export function joined(all: readonly Hits[]): Hits | null {
  const [first] = all.toSorted(byTime);
  if (!first) return null;
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    first: first.first,
    last: all.map(({ last }) => last).reduce((a, b) => (a > b ? a : b)),
    who: new Set(all.flatMap(({ who }) => [...who]).slice(0, mostWho)),
    records: all
      .toSorted(byTime)
      .flatMap(({ records }) => records)
      .slice(0, mostRecords),
  };
}

/** Counts what answers each query, by thread, since who is a suspect is known at the end. */
export class Tally {
  readonly #known: Known;
  readonly #byLabel: readonly Query[];
  readonly #others: readonly Query[];
  readonly #hits = new Map<Query, Map<string, Hits>>();
  /** By kind and action, which are few, what may hold of an event at all: most of the queries about all events do not. */
  readonly #fitting = new Map<PrintedEvent['kind'], Map<string, readonly Query[]>>();

  constructor(queries: Iterable<Query>, known: Known) {
    this.#known = known;
    // What is new is counted elsewhere.
    const all = [...new Set(queries)].filter(({ where }) => where.newIn === undefined);
    this.#byLabel = all.filter(({ where }) => where.rules);
    this.#others = all.filter(({ where }) => !where.rules);
    for (const query of all) this.#hits.set(query, new Map());
  }

  add(event: PrintedEvent): void {
    if (event.labels.length > 0) for (const query of this.#byLabel) this.#look(query, event);
    for (const query of this.#fittingTo(event)) this.#look(query, event);
  }

  /** What answers a query; of suspects only what is in their threads. */
  of(query: Query, suspects: { has(thread: string): boolean }): Hits | null {
    const all = [...(this.#hits.get(query) ?? [])];
    return joined(all.filter(([thread]) => query.of === 'everybody' || suspects.has(thread)).map(([, hits]) => hits));
  }

  #fittingTo({ kind, action }: PrintedEvent): readonly Query[] {
    const ofKind = this.#fitting.get(kind) ?? new Map<string, readonly Query[]>();
    const known = ofKind.get(action);
    if (known) return known;
    const fitting = this.#others.filter(
      ({ where: { kinds, actions } }) => (!kinds || kinds.includes(kind)) && (!actions || actions.test(action)),
    );
    if (ofKind.size < mostActs) this.#fitting.set(kind, ofKind.set(action, fitting));
    return fitting;
  }

  #look(query: Query, event: PrintedEvent): void {
    if (!holdsOf(query.where, event, this.#known)) return;
    const hits = this.#hits.get(query);
    const thread = threadOf(event);
    const key = hits && (hits.has(thread) || hits.size < mostThreads) ? thread : nobody;
    hits?.set(key, noteHit(hits.get(key), event));
  }
}
