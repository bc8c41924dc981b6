import { timeWords } from './because.ts';
import { owedSince, startsOf } from './due.ts';
import { type Fact, firstOf, knownOf } from './known.ts';
import type { FactName, Regime } from './regime.ts';

/** An incident may be known by one of these first; how it ends is no beginning. */
const beginnings: readonly FactName[] = [
  'discovered',
  'aware',
  'reasonable-belief',
  'payment-made',
  'classified-major',
  'materiality-determined',
];

/** A report a `sent` fact speaks of: since when it was owed, and the facts that make it so. */
interface Meant {
  readonly id: string;
  readonly since: number | undefined;
  readonly because: string;
}

function meantBy(name: string, regimes: readonly Regime[], facts: readonly Fact[]): Meant[] {
  return regimes.flatMap((regime) => {
    const known = knownOf(regime, facts);
    return Object.entries(regime.reports).flatMap(([report, rules]) => {
      const id = `${regime.name}/${report}`;
      if (name !== `sent:${report}` && name !== `sent:${id}`) return [];
      const since = owedSince(rules, known);
      const start = startsOf(rules).find((one) => firstOf(known, one) === since);
      const because = since === undefined ? startsOf(rules).join(' or ') : `${start} (${timeWords(since)})`;
      return [{ id, since, because }];
    });
  });
}

const hadBegun =
  (at: number) =>
  ({ since }: Meant): boolean =>
    since !== undefined && since <= at;

/** One word for several reports, of which it can be true of some only: who means which has to say so. */
function ambiguous({ name, at }: Fact, begun: readonly Meant[], others: readonly Meant[]): string {
  const [meant] = begun;
  const not = others.map(
    ({ id, since, because }) => `${id} ${since === undefined ? `is waiting for` : 'started only with'} ${because}`,
  );
  return `${name} (${timeWords(Date.parse(at))}) is ambiguous: ${not.join(', ')}; write sent:${meant?.id} if you mean that one.`;
}

function contradiction(fact: Fact, regimes: readonly Regime[], facts: readonly Fact[]): string | null {
  const at = Date.parse(fact.at);
  const words = `${fact.name} (${timeWords(at)})`;
  const meant = meantBy(fact.name, regimes, facts);
  const begun = meant.filter(hadBegun(at));
  const others = meant.filter((one) => !begun.includes(one));
  if (begun.length > 0 && others.length > 0) return ambiguous(fact, begun, others);
  const early = others.find(({ since }) => since !== undefined);
  if (early) return `${words} is before what ${early.id} starts with, ${early.because}.`;
  const first = facts
    .filter(({ name }) => beginnings.some((one) => one === name))
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
  if (!first || at >= Date.parse(first.at)) return null;
  return `${words} is before the incident's earliest fact, ${first.name} (${timeWords(Date.parse(first.at))}).`;
}

/** What cannot be true together, a sentence each: a report sent before its clock, or before anything was known; empty if all is well. */
export function contradictionsIn(regimes: readonly Regime[], facts: readonly Fact[]): string[] {
  const sent = facts.filter(({ name }) => name.startsWith('sent:'));
  return sent.flatMap((fact) => contradiction(fact, regimes, facts) ?? []);
}
