import type { Field, Json } from '../../domain/report/field.ts';
import { canonical, type FieldName } from '../../domain/report/fields.ts';
import type { Position, PrintedEvent } from '../event.ts';
import { actorsIn, type Reached, reachedIn } from '../graph/radius.ts';
import { reachWords } from '../graph/words.ts';
import { techniques } from '../rules/attack.ts';
import { type Besides, Overview } from './overview.ts';
import { Indicators } from './stix/indicators.ts';

/** What a field is drafted to say, with the records that say so. */
interface Draft {
  readonly value: Json;
  readonly sources: readonly string[];
}

const most = 50;
const mostSources = 20;

const sourceOf = ({ file, line }: Position): string => `${file}:${line}`;
const from = (records: readonly Position[]): string[] => [...new Set(records.map(sourceOf))].slice(0, mostSources);
const some = (values: readonly string[]): string[] => {
  const all = [...new Set(values)];
  return all.length > most ? [...all.slice(0, most), `and ${all.length - most} more`] : all;
};

const nameOf = (id: string): string => `${id} ${techniques.get(id)?.name ?? ''}`.trim();
const partOf = (arn: string, part: 3 | 4): string => (arn.startsWith('arn:') ? (arn.split(':')[part] ?? '') : '');

/** Places to which somebody came, or may have. */
const touched = (places: readonly Reached[]): readonly Reached[] =>
  places.filter(({ reach }) => reach === 'reached' || reach === 'may');
const placesWords = (places: readonly Reached[]): string[] =>
  some(places.map(({ node, reach }) => `${node.id} (${reachWords[reach]})`));
/** Which stores; what they hold no log says. */
const dataWords = (data: readonly Reached[]): string[] =>
  data.length > 0 ? [...placesWords(data), 'which information they hold, people have to say'] : [];
const recordsOf = (places: readonly Reached[]): Position[] => places.flatMap(({ records }) => records);

function draftsOf({ radius, vector }: Drafted): Partial<Record<FieldName, Draft>> {
  const edges = radius.edges();
  const marked = edges.filter((one) => one.techniques.size > 0);
  const places = touched([...reachedIn(edges).values()]);
  const data = places.filter(({ node }) => node.place === 'data');
  const ids = [...places.map(({ node }) => node.id), ...edges.map((one) => one.from.id)];
  const parts = (part: 3 | 4): string[] =>
    some(
      ids
        .map((id) => partOf(id, part))
        .filter(Boolean)
        .toSorted(),
    );
  const { leads, why } = vector.leading;
  const { firstSign, logs } = vector;
  const records = (found: typeof edges): string[] => from(found.flatMap((one) => one.records));
  const signs = leads?.signs.flatMap((one) => one.records) ?? [];
  const last =
    marked
      .map((one) => one.last)
      .toSorted()
      .at(-1) ?? null;
  return {
    technique: { value: some(marked.flatMap((one) => [...one.techniques].map(nameOf))), sources: records(marked) },
    'compromise.type': { value: leads ? `suspected: ${leads.says}. ${why}` : null, sources: from(signs) },
    'times.occurredFrom': { value: firstSign?.time ?? null, sources: firstSign ? [sourceOf(firstSign.source)] : [] },
    'times.occurredTo': { value: last, sources: records(marked.filter((one) => one.last === last)) },
    'scope.accounts': { value: parts(4), sources: records(edges) },
    'scope.regions': { value: parts(3), sources: records(edges) },
    'scope.resources': { value: placesWords(places), sources: from(recordsOf(places)) },
    'scope.identities': { value: some([...actorsIn(edges).keys()].map(({ id }) => id)), sources: records(edges) },
    'impact.data': { value: dataWords(data), sources: from(recordsOf(data)) },
    logs: {
      value: logs.map(
        ({ kind, events, first, last: end }) => `${kind}: ${events > 0 ? `${first} to ${end}` : 'none here'}`,
      ),
      sources: [],
    },
  };
}

type Drafted = { readonly radius: Overview['radius']; readonly vector: ReturnType<Overview['vector']> };

const isSaid = (value: Json): boolean => value !== null && !(Array.isArray(value) && value.length === 0);

/** Drafts fields of a report from a timeline: method, scope, data, dates, who was concerned. None is an answer before a person confirms it. */
export class ReportFields {
  readonly #overview: Overview;
  readonly #indicators = new Indicators();

  constructor(besides: Besides) {
    this.#overview = new Overview(besides);
  }

  add(event: PrintedEvent): void {
    this.#overview.add(event);
    this.#indicators.add(event);
  }

  /** `now` is when they are drafted, ISO 8601. */
  fields(now: string): Field[] {
    const { radius } = this.#overview;
    const indicators = some(this.#indicators.all().map(({ value }) => value));
    const drafts: Partial<Record<string, Draft>> = {
      ...draftsOf({ radius, vector: this.#overview.vector() }),
      indicators: { value: indicators, sources: [] },
    };
    return canonical.flatMap(({ name, title }): Field[] => {
      const draft = drafts[name];
      if (!draft || !isSaid(draft.value)) return [];
      const { value, sources } = draft;
      return [{ name, title, value, status: 'machine-draft', by: 'tourniquet', at: now, sources: [...sources] }];
    });
  }
}
