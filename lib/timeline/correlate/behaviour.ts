import type { PrintedEvent } from '../event.ts';
import { textWithin } from '../rules/when.ts';
import { Thread } from '../thread.ts';
import { parse } from './names.ts';

/** From when to when, as ISO 8601 in UTC; the end is not within. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export const aspects = ['call', 'region', 'address', 'agent', 'hour'] as const;
export type Aspect = (typeof aspects)[number];

/** Something that was done in the window: how often, since when, and how often in the 90 days before. */
export interface Fact {
  readonly aspect: Aspect;
  readonly value: string;
  readonly first: string;
  readonly within: number;
  readonly before: number;
}

/** What an identity did in a window, against the 90 days before. Counts, and no score. */
export interface Behaviour {
  readonly within: number;
  readonly before: number;
  /** The first event of anybody in the logs: of what was before that nothing is known. Null where there is none. */
  readonly logsSince: string | null;
  /** The identity's first event in the 90 days; null where it did nothing then, and so everything is new. */
  readonly knownSince: string | null;
  readonly facts: readonly Fact[];
  /** Values that were too many to be counted each. */
  readonly uncounted: number;
}

const day = 24 * 3600 * 1000;
const daysBefore = 90;
/** So many different values of one aspect are counted. */
const mostValues = 10_000;

interface Count {
  first: string | null;
  within: number;
  before: number;
}

type Counts = Readonly<Record<Aspect, Map<string, Count>>>;

function valuesOf(event: PrintedEvent): Record<Aspect, string> {
  const { record } = parse(event);
  return {
    call: event.action,
    region: textWithin(record, 'awsRegion'),
    address: event.address ?? '',
    agent: textWithin(record, 'userAgent'),
    hour: `${event.time.slice(11, 13)}:00 UTC`,
  };
}

/** Counts one event; says how many of its values found no room. */
function count(event: PrintedEvent, isWithin: boolean, counts: Counts): number {
  const values = valuesOf(event);
  let lost = 0;
  for (const aspect of aspects) {
    const all = counts[aspect];
    const found = all.get(values[aspect]) ?? { first: null, within: 0, before: 0 };
    if (values[aspect] === '') continue;
    if (found.within + found.before === 0 && all.size >= mostValues) lost++;
    else all.set(values[aspect], found);
    if (isWithin) found.within++;
    else found.before++;
    if (isWithin) found.first ??= event.time;
  }
  return lost;
}

const factsOf = (counts: Counts): Fact[] =>
  aspects.flatMap((aspect) =>
    [...counts[aspect]].flatMap(([value, { first, within, before }]) =>
      first === null ? [] : [{ aspect, value, first, within, before }],
    ),
  );

/** What of it was never seen in the 90 days before. */
export const firstSeen = ({ facts }: Behaviour): Fact[] => facts.filter(({ before }) => before === 0);

/**
 * What an identity and the sessions and keys it made did in a window, and how often it did each of these in the 90 days before. Events come in the
 * order of their time.
 */
export function behaviourOf(events: Iterable<PrintedEvent>, identity: string, { from, to }: Window): Behaviour {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const thread = new Thread(identity);
  const counts: Counts = { call: new Map(), region: new Map(), address: new Map(), agent: new Map(), hour: new Map() };
  const sum = { within: 0, before: 0, uncounted: 0 };
  let logsSince: string | null = null;
  let knownSince: string | null = null;
  for (const event of events) {
    logsSince ??= event.time;
    const at = Date.parse(event.time);
    // Sessions are known by who made them, however long ago.
    if (!thread.has(event) || at < begin - daysBefore * day || at >= end) continue;
    if (at < begin) knownSince ??= event.time;
    sum[at < begin ? 'before' : 'within']++;
    sum.uncounted += count(event, at >= begin, counts);
  }
  return { ...sum, logsSince, knownSince, facts: factsOf(counts) };
}
