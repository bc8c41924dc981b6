import { parse } from '../correlate/names.ts';
import type { PrintedEvent } from '../event.ts';
import { textWithin } from '../rules/when.ts';
import type { NewIn } from './query.ts';
import { type Hits, noteHit } from './tally.ts';

interface One {
  readonly first: string;
  /** The time of the first event with a label. */
  labelled: string | null;
  readonly values: Map<string, Hits>;
}

const mostThreads = 5000;
/** An hour: what somebody does before anything has a label belongs to it already, and looks harmless. */
const before = 3_600_000;
/** Values of one thread, all aspects together. */
const mostValues = 2000;

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

  add(thread: string, event: PrintedEvent): void {
    const known = this.#threads.get(thread) ?? { first: event.time, labelled: null, values: new Map() };
    if (this.#threads.size === mostThreads && !this.#threads.has(thread)) return;
    this.#threads.set(thread, known);
    if (event.labels.length > 0) known.labelled ??= event.time;
    const { values } = known;
    for (const [aspect, value] of Object.entries(valuesOf(event))) {
      const key = `${aspect} ${value}`;
      if (value !== '' && (values.has(key) || values.size < mostValues))
        values.set(key, noteHit(values.get(key), event));
    }
  }

  /** Of threads with a label what was new from an hour before the first one on; null where nothing older is known of any of them. */
  newIn(aspect: NewIn): readonly { readonly value: string; readonly hits: Hits }[] | null {
    const known = [...this.#threads.values()].flatMap(({ first, labelled, values }) => {
      const from = labelled === null ? Number.NaN : Date.parse(labelled) - before;
      return Date.parse(first) < from ? [{ from, values }] : [];
    });
    if (known.length === 0) return null;
    const prefix = `${aspect} `;
    return known.flatMap(({ from, values }) =>
      [...values].flatMap(([key, hits]) =>
        key.startsWith(prefix) && Date.parse(hits.first) >= from ? [{ value: key.slice(prefix.length), hits }] : [],
      ),
    );
  }
}
