import type { Finding } from '../../domain/finding/finding.ts';
import type { Kind, Position } from '../event.ts';
import type { FirstSeen } from './first-seen.ts';
import { type Query, queryWords, type TypeQuery } from './query.ts';
import { type Hits, joined, type Tally } from './tally.ts';

/** What the record says to a question: something, nothing although it was looked for, or that nobody can know from it. */
export type State = 'found' | 'nothing' | 'cannot be known';

/** A question with what was asked of the record, and what it says. */
export interface Answered {
  readonly asks: string;
  readonly query: string;
  readonly state: State;
  readonly because: string;
  readonly count: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly who: readonly string[];
  readonly records: readonly Position[];
}

/** What there is of a kind of logs. */
export interface Layer {
  readonly kind: Kind;
  readonly events: number;
  readonly first: string | null;
  readonly last: string | null;
}

export type Suspects = ReadonlyMap<string, { readonly events: number; readonly first: string; readonly last: string }>;

/** All that questions are asked of. */
export interface Logbook {
  readonly tally: Tally;
  readonly firstSeen: FirstSeen;
  readonly layers: readonly Layer[];
  readonly suspects: Suspects;
  readonly findings: readonly Finding[];
}

const none = { count: 0, first: null, last: null, who: [], records: [] } as const;

const found = ({ count, first, last, who, records }: Hits, because: string) => ({
  state: 'found' as const,
  because,
  count,
  first,
  last,
  who: [...who],
  records,
});

type Said = Omit<Answered, 'asks' | 'query'>;
const unknown = (because: string): Said => ({ state: 'cannot be known', because, ...none });

/** Why nobody can know; null where the record can be asked. */
function cannot({ needs, of, where }: Query, { layers, suspects, findings }: Logbook): string | null {
  if (where.from === 'an address that a finding names' && findings.length === 0) return 'No finding was given.';
  const there = layers.filter(({ kind, events }) => events > 0 && needs.includes(kind));
  if (there.length === 0) return `No logs of kind ${needs.join(' or ')} are among these.`;
  if (of === 'suspects' && suspects.size === 0) return 'Nothing is labelled, and no finding names anybody here.';
  return null;
}

function nothing({ needs }: Query, { layers }: Logbook): Said {
  const there = layers.filter(({ kind, events }) => events > 0 && needs.includes(kind));
  const looked = there.map(({ kind, events, first, last }) => `${events} of kind ${kind}, ${first} to ${last}`);
  return { state: 'nothing', because: `Looked for in events: ${looked.join('; ')}.`, ...none };
}

const mostValues = 5;

function ofNew(query: Query, all: Logbook): Said {
  const fresh = query.where.newIn ? all.firstSeen.newIn(query.where.newIn) : null;
  if (fresh === null) return unknown('Nothing of them is in these logs from more than an hour before the first sign.');
  const hits = joined(fresh.map((one) => one.hits));
  if (!hits) return nothing(query, all);
  const values = [...new Set(fresh.map(({ value }) => value))];
  const more = values.length > mostValues ? ` and ${values.length - mostValues} more` : '';
  return found(hits, `New: ${values.slice(0, mostValues).join(', ')}${more}.`);
}

function said(query: Query, all: Logbook): Said {
  const why = cannot(query, all);
  if (why !== null) return unknown(why);
  if (query.where.newIn) return ofNew(query, all);
  const hits = all.tally.of(query, all.suspects);
  return hits ? found(hits, '') : nothing(query, all);
}

/** Asks the record a question, and keeps what was asked. */
export const answered = (query: Query, all: Logbook): Answered => ({
  asks: query.asks,
  query: queryWords(query),
  ...said(query, all),
});

/** Asks findings, which count as records of whoever wrote them. */
function answeredBy(
  about: Pick<Answered, 'asks' | 'query'>,
  isOwn: (finding: Finding) => boolean,
  { findings }: Pick<Logbook, 'findings'>,
): Answered {
  if (findings.length === 0) return { ...about, ...unknown('No finding was given.') };
  const own = findings.filter(isOwn);
  if (own.length === 0)
    return { ...about, state: 'nothing', because: `Looked for in ${findings.length} findings.`, ...none };
  const times = own.flatMap(({ firstSeen, lastSeen }) => [firstSeen ?? [], lastSeen ?? []].flat()).toSorted();
  const named = own.slice(0, mostValues).map(({ type, arn, id }) => `${type} (${arn || id})`);
  const more = own.length > mostValues ? ` and ${own.length - mostValues} more` : '';
  const seen = { count: own.length, first: times[0] ?? null, last: times.at(-1) ?? null, who: [], records: [] };
  return { ...about, state: 'found', because: `${named.join(', ')}${more}.`, ...seen };
}

const natures = { attack: 'Do findings say that somebody attacks?', weakness: 'Do findings name a weakness?' } as const;

/** What findings say of an attack, or of a weakness. */
export const answeredByNature = (nature: keyof typeof natures, all: Logbook): Answered =>
  answeredBy({ asks: natures[nature], query: `nature of a finding is ${nature}` }, (one) => one.nature === nature, all);

/** Whether a finding is of a type that says this. */
export const answeredByType = ({ asks, type }: TypeQuery, all: Logbook): Answered =>
  answeredBy({ asks, query: `type of a finding matches ${type}` }, (one) => type.test(one.type), all);
