import type { Finding } from '../../domain/finding/finding.ts';
import { type Kind, kinds, type PrintedEvent } from '../event.ts';
import { attackVersion, techniques } from '../rules/attack.ts';
import { type Answered, answered, answeredByNature, type Layer, type Logbook } from './answer.ts';
import { type Check, checks } from './checks.ts';
import { FirstSeen } from './first-seen.ts';
import { hypotheses } from './hypotheses.ts';
import type { Query } from './query.ts';
import type { Suspicion, Why } from './suspicion.ts';
import { nobody, Tally, threadOf } from './tally.ts';
import { type Leading, leadingOf, type Weighed, weighing } from './weigh.ts';

/** What people have to do, and whose work it is. */
export interface Action {
  readonly check: string;
  readonly does: string;
  readonly owner: string;
}

/** A check with what the record answers. */
export interface Checked {
  readonly id: string;
  readonly title: string;
  readonly asked: readonly Answered[];
  readonly people: readonly Action[];
}

/** The first event that has a label, or that is of what a finding names. */
export type FirstSign = Pick<PrintedEvent, 'time' | 'action' | 'source'> & {
  readonly who: string | null;
  readonly techniques: readonly string[];
  /** The type of the finding that names them, where the event has no label. */
  readonly finding: string | null;
};

/** How they came in, as far as the record says. */
export interface VectorData {
  readonly attackVersion: string;
  readonly logs: readonly Layer[];
  readonly firstSign: FirstSign | null;
  readonly suspects: readonly {
    readonly thread: string;
    readonly events: number;
    readonly first: string;
    readonly last: string;
  }[];
  readonly leading: Leading;
  readonly hypotheses: readonly Weighed[];
  readonly checks: readonly Checked[];
}

/** Said where there is none. */
export const noSign =
  'No rule has labelled an event, and no finding names anybody here, so there is no first sign to begin at.';

/** What makes it one. */
export const signWords = ({ techniques: named, finding }: FirstSign): string =>
  finding === null ? named.join(', ') : `named by a finding, ${finding}`;

const mostThreads = 100_000;
const mostSuspects = 100;
const mostNamed = 3;

const queries: readonly Query[] = [
  ...checks.flatMap(({ asks }) => asks),
  ...hypotheses.flatMap(({ signs, against }) => [...signs, ...against]),
];

interface Seen {
  events: number;
  readonly first: string;
  last: string;
  isSuspect: 'yes' | 'no';
}

/** Looks at a timeline, in its order, for how they came in: ten checks, and hypotheses with what speaks for and against each. */
export class Vector {
  readonly #tally: Tally;
  readonly #firstSeen = new FirstSeen();
  readonly #layers = new Map<Kind, { events: number; first: string; last: string }>();
  readonly #threads = new Map<string, Seen>();
  readonly #findings: readonly Finding[];
  readonly #suspicion: Suspicion;
  #firstSign: FirstSign | null = null;

  constructor(findings: readonly Finding[], suspicion: Suspicion) {
    this.#findings = findings;
    this.#suspicion = suspicion;
    this.#tally = new Tally(queries, { remotes: new Set(findings.flatMap(({ remotes }) => remotes)) });
  }

  add(event: PrintedEvent): void {
    const { time, kind, normal } = event;
    const layer = this.#layers.get(kind) ?? { events: 0, first: time, last: time };
    layer.events++;
    layer.last = time;
    this.#layers.set(kind, layer);
    // What is known to be normal is nobody's sign.
    if (normal !== null) return;
    this.#tally.add(event);
    const why = this.#suspicion(event);
    this.#seen(event, why);
    if (why) this.#firstSign ??= signOf(event, why);
  }

  data(): VectorData {
    const suspects = new Map([...this.#threads].filter(([, { isSuspect }]) => isSuspect === 'yes'));
    const layers = kinds.map((kind) => ({
      kind,
      ...(this.#layers.get(kind) ?? { events: 0, first: null, last: null }),
    }));
    const logbook = { tally: this.#tally, firstSeen: this.#firstSeen, layers, suspects, findings: this.#findings };
    const weighed = weighing(logbook);
    return {
      attackVersion,
      logs: layers,
      firstSign: this.#firstSign,
      suspects: [...suspects]
        .slice(0, mostSuspects)
        .map(([thread, { events, first, last }]) => ({ thread, events, first, last })),
      leading: leadingOf(weighed),
      hypotheses: weighed,
      checks: checks.map((check) => checkedOf(check, logbook, this.#firstSign)),
    };
  }

  #seen(event: PrintedEvent, why: Why | null): void {
    const thread = threadOf(event);
    if (thread === nobody) return;
    const known = this.#threads.get(thread);
    if (!known && this.#threads.size === mostThreads) return;
    const { time } = event;
    const seen = known ?? { events: 0, first: time, last: time, isSuspect: 'no' };
    seen.events++;
    seen.last = time;
    if (why) seen.isSuspect = 'yes';
    this.#threads.set(thread, seen);
    this.#firstSeen.add(thread, event, why);
  }
}

const signOf = ({ time, action, source, actor, address, labels }: PrintedEvent, why: Why): FirstSign => ({
  finding: 'finding' in why ? why.finding : null,
  time,
  action,
  source,
  who: actor?.id ?? address,
  techniques: labels.map(({ technique }) => `${technique} ${techniques.get(technique)?.name ?? ''}`.trim()),
});

function checkedOf({ id, title, asks, findings, people }: Check, logbook: Logbook, sign: FirstSign | null): Checked {
  const names = [...logbook.suspects.keys()];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const who = names.length > 0 ? `${names.slice(0, mostNamed).join(', ')}${more}` : 'the people concerned';
  const when = sign?.time ?? 'the first sign';
  return {
    id,
    title,
    asked: [
      ...asks.map((query) => answered(query, logbook)),
      ...(findings ? [answeredByNature(findings, logbook)] : []),
    ],
    people: people.map(({ does, owner }) => ({
      check: id,
      owner,
      // A function, since a name may have `$&` in it.
      does: does.replace('{who}', () => who).replace('{when}', () => when),
    })),
  };
}
