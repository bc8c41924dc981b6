import type { PrintedEvent } from '../event.ts';
import { isPublic } from '../rules/address.ts';
import { madeBy, type Name, namesOf, type Parsed, parse, type Via, withRecord } from './names.ts';

/** An event with the thread to which it belongs. */
export interface Threaded extends Parsed {
  /** The name under which the thread began: the first principal of a chain of roles. Null where nobody is named. */
  readonly thread: string | null;
  /** By what it belongs there; null where the thread begins with it. */
  readonly via: Via | null;
  /** What it has in common with acts of others: `address:…`, `resource:…`. These join nobody: a way out to the internet, or a bucket, is everybody’s. */
  readonly links: string[];
}

/** So many names are remembered, and as many again at most; those that were quiet longest are forgotten first, and what comes under them then begins a thread anew. */
const mostNames = 100_000;
/** As many events of one moment are looked at together: a session may be used in the second, and before the line, in which it was made. */
const mostOfOneMoment = 1000;

const linksOf = ({ address, resources }: PrintedEvent): string[] => [
  ...(isPublic(address) ? [`address:${address}`] : []),
  ...resources.map((one) => `resource:${one}`),
];

/** Numbers of single acts: two records that have one in common are near each other, so few are remembered. */
const passing: ReadonlySet<Via> = new Set(['shared event', 'request']);

/**
 * Names of one kind with their threads, in two halves: what was in use since the younger one began is in it. Once that is full, the older one goes as a
 * whole: to put each name to the end of one list at every sight costs more than to remember twice as many.
 */
class Half {
  #young = new Map<string, string>();
  #old: ReadonlyMap<string, string> = new Map();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): string | undefined {
    return this.#young.get(name) ?? this.#old.get(name);
  }

  /** A name stays with the thread that had it first. */
  keep(name: string, thread: string): void {
    if (this.#young.has(name)) return;
    this.#young.set(name, this.#old.get(name) ?? thread);
    if (this.#young.size <= this.#most) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

/** Names and the threads that they belong to. */
class Known {
  readonly #lasting: Half;
  readonly #passing: Half;

  constructor(most: number) {
    this.#lasting = new Half(most);
    this.#passing = new Half(most);
  }

  /** The thread of the surest name that is known. */
  find(names: readonly Name[]): { readonly thread: string; readonly via: Via } | null {
    for (const { name, via } of names) {
      const thread = this.#of(via).get(name);
      if (thread !== undefined) return { thread, via };
    }
    return null;
  }

  learn(names: readonly Name[], thread: string): void {
    for (const { name, via } of names) this.#of(via).keep(name, thread);
  }

  #of(via: Via): Half {
    return passing.has(via) ? this.#passing : this.#lasting;
  }
}

/** What it began with: a principal or a session; else whatever is known of it. */
const beginning = (names: readonly Name[], { event }: Parsed): string | null =>
  event.actor?.id ?? names.find(({ via }) => via !== 'request')?.name ?? null;

function place(parsed: Parsed, known: Known): Threaded {
  const names = namesOf(parsed);
  const found = known.find(names);
  const thread = found?.thread ?? (names.length > 0 ? beginning(names, parsed) : null);
  if (thread !== null) known.learn([...names, ...madeBy(parsed)], thread);
  return { ...parsed, thread, via: found?.via ?? null, links: linksOf(parsed.event) };
}

/**
 * Joins events to threads, in the order of their time: whoever took on a role, made a key or a user, or started an instance goes on under the new
 * name. How much is remembered does not grow with the events.
 */
export function* threads(events: Iterable<PrintedEvent>, most = mostNames): Generator<Threaded> {
  const known = new Known(most);
  let moment: Parsed[] = [];
  const flush = (): Threaded[] => {
    const all = moment;
    moment = [];
    // What one of them made another may use, whichever comes first.
    if (all.length > 1) for (const one of all) if (madeBy(one).length > 0) place(one, known);
    return all.map((one) => place(one, known));
  };
  for (const event of events) {
    if (moment[0]?.event.time !== event.time || moment.length === mostOfOneMoment) yield* flush();
    moment.push(parse(event));
  }
  yield* flush();
}

/** The same, with its thread written into each event as it goes by: a copy of each costs more than finding its thread. */
export function* withThreads(events: Iterable<PrintedEvent>): Generator<PrintedEvent> {
  for (const { event, record, thread, via, links } of threads(events)) {
    event.thread = thread === null ? null : { name: thread, via, links };
    yield withRecord(event, record);
  }
}
