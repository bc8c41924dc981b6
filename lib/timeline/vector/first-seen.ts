import { parse } from '../correlate/names.ts';
import type { PrintedEvent } from '../event.ts';
import { textWithin } from '../rules/when.ts';
import type { NewIn } from './query.ts';
import type { Why } from './suspicion.ts';
import { type Hits, noteHit } from './tally.ts';

interface One {
  readonly first: string;
  /** The time of the first event for which somebody is looked at. */
  sign: string | null;
  readonly values: Readonly<Record<NewIn, Map<string, Hits>>>;
}

const mostThreads = 5000;
/** An hour: what somebody does before the first sign belongs to it already, and looks harmless. */
const before = 3_600_000;
/** Values of one thread and aspect. */
const mostValues = 500;
const aspects = ['address', 'region', 'hour', 'agent', 'call'] as const;
const noValues = (): One['values'] => ({
  address: new Map(),
  region: new Map(),
  hour: new Map(),
  agent: new Map(),
  call: new Map(),
});

function valuesOf(event: PrintedEvent): Readonly<Record<NewIn, string>> {
  const { record } = parse(event);
  return {
    address: event.address ?? '',
    region: textWithin(record, 'awsRegion'),
    hour: `${event.time.slice(11, 13)}:00 UTC`,
    agent: textWithin(record, 'userAgent'),
    call: event.action,
  };
}

/** When somebody did something for the first time, by thread. How much is remembered does not grow with the events. */
export class FirstSeen {
  readonly #threads = new Map<string, One>();

  add(thread: string, event: PrintedEvent, why: Why | null): void {
    const known = this.#threads.get(thread) ?? { first: event.time, sign: null, values: noValues() };
    if (this.#threads.size === mostThreads && !this.#threads.has(thread)) return;
    this.#threads.set(thread, known);
    if (why) known.sign ??= event.time;
    const values = valuesOf(event);
    for (const aspect of aspects) {
      const all = known.values[aspect];
      const value = values[aspect];
      const hits = all.get(value);
      if (hits) noteHit(hits, event);
      else if (value !== '' && all.size < mostValues) all.set(value, noteHit(undefined, event));
    }
  }

  /** Of suspects what was new from an hour before the first one on; null where nothing older is known of any of them. */
  newIn(aspect: NewIn): readonly { readonly value: string; readonly hits: Hits }[] | null {
    const known = [...this.#threads.values()].flatMap(({ first, sign, values }) => {
      const from = sign === null ? Number.NaN : Date.parse(sign) - before;
      return Date.parse(first) < from ? [{ from, values }] : [];
    });
    if (known.length === 0) return null;
    return known.flatMap(({ from, values }) =>
      [...values[aspect]].flatMap(([value, hits]) => (Date.parse(hits.first) >= from ? [{ value, hits }] : [])),
    );
  }
}
