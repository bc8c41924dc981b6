import { isIPv6 } from 'node:net';
import type { Writer } from '../writer.ts';
import { type Act, byThread, Chain } from './chain.ts';
import { type Indicator, Indicators } from './indicators.ts';
import { amber, attackPattern, author, bundleOf, object, observable, type StixObject } from './objects.ts';

const typeOf = ({ type, value }: Indicator): string =>
  type === 'name' ? 'domain-name' : isIPv6(value) ? 'ipv6-addr' : 'ipv4-addr';

/** An indicator, what was observed of it, and which techniques it points to. */
function indicated(one: Indicator, patterns: ReadonlyMap<string, StixObject>): StixObject[] {
  const type = typeOf(one);
  const seen = observable(type, { value: one.value });
  const observed = object('observed-data', one.value, one, {
    first_observed: toMilliseconds(one.first),
    last_observed: toMilliseconds(one.last),
    number_observed: Math.min(one.count, 999_999_999),
    object_refs: [seen.id],
  });
  const indicator = object('indicator', one.value, one, {
    name: one.value,
    description: `Seen with ${[...one.techniques].join(', ')}, in ${one.count} events of logs.`,
    indicator_types: ['malicious-activity'],
    pattern: `[${type}:value = '${one.value}']`,
    pattern_type: 'stix',
    valid_from: toMilliseconds(one.first),
  });
  const related = (relationship_type: string, target: StixObject): StixObject =>
    object('relationship', `${one.value} ${relationship_type} ${target.id}`, one, {
      relationship_type,
      source_ref: indicator.id,
      target_ref: target.id,
    });
  const targets = [...one.techniques].flatMap((technique) => patterns.get(technique) ?? []);
  return [
    seen,
    observed,
    indicator,
    related('based-on', observed),
    ...targets.map((one_) => related('indicates', one_)),
  ];
}

const toMilliseconds = (time: string): string => new Date(Date.parse(time)).toISOString();

/** The techniques of acts, as objects by their ids. */
export const patternsOf = (acts: readonly Act[]): ReadonlyMap<string, StixObject> =>
  new Map(acts.map(({ technique, tactics }) => [technique, attackPattern(technique, tactics)]));

const said = ({ first, technique, count, failed, actions }: Act): string =>
  `${first} ${technique}, ${count} events${failed > 0 ? `, ${failed} of them failed` : ''}: ${[...actions].join(', ')}`;

/** The chain in words: who, and in what order. */
const told = (acts: readonly Act[]): string =>
  [...byThread(acts)].map(([thread, own]) => `${thread}:\n${own.map(said).join('\n')}`).join('\n\n');

function whole(chain: Chain, indicators: Indicators): string {
  const acts = chain.acts();
  if (acts.length === 0) return bundleOf([author, amber]);
  const patterns = patternsOf(acts);
  const found = [...patterns.values(), ...indicators.all().flatMap((one) => indicated(one, patterns))];
  const times = {
    first: acts[0]?.first ?? '',
    last: acts.reduce((last, one) => (one.last > last ? one.last : last), ''),
  };
  const report = object('report', found.map(({ id }) => id).join(), times, {
    name: `What logs say from ${times.first} to ${times.last}`,
    description: `Labels say what a record looks like; they do not say that somebody attacked.\n\n${told(acts)}`,
    report_types: ['attack-pattern', 'indicator'],
    published: toMilliseconds(times.last),
    object_refs: found.map(({ id }) => id),
  });
  return bundleOf([author, amber, report, ...found]);
}

/** A bundle of STIX 2.1: a report on the techniques that were seen, and what others may know the attacker by; TLP:AMBER. */
export function stix(): Writer {
  const [chain, indicators] = [new Chain(), new Indicators()];
  return {
    event(event) {
      chain.add(event);
      indicators.add(event);
      return '';
    },
    end: () => whole(chain, indicators),
    notes: () => notesOf(indicators),
  };
}

/** What is left out of lists that others read, and why. */
export const notesOf = (indicators: Indicators): string[] =>
  indicators.leftOut().map(({ value, why }) => `${value} is left out: ${why}`);
