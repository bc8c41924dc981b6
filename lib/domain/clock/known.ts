import type { Regime, Start } from './regime.ts';

/** One thing known of an incident, as plain JSON: `name` is `aware`, `sent:initial` or `sent:dfars/initial`; `at` is ISO 8601 in UTC. */
export interface Fact {
  readonly name: string;
  readonly at: string;
}

/** What a regime sees of the facts: milliseconds since 1970, each once, the earliest first. */
export type Known = ReadonlyMap<string, readonly number[]>;

/** The fact as this regime calls it: `sent:dfars/initial` is `sent:initial` to dfars, and nothing to others. */
function nameWithin({ name: regime }: Regime, fact: string): string | null {
  if (!fact.startsWith('sent:') || !fact.includes('/')) return fact;
  const own = `sent:${regime}/`;
  return fact.startsWith(own) ? `sent:${fact.slice(own.length)}` : null;
}

/** The facts by name, as one regime sees them. The order in which they came leaves no trace. */
export function knownOf(regime: Regime, facts: readonly Fact[]): Known {
  const known = new Map<string, number[]>();
  for (const { name, at } of facts) {
    const seen = nameWithin(regime, name);
    const time = Date.parse(at);
    if (seen === null || known.get(seen)?.includes(time)) continue;
    known.set(seen, [...(known.get(seen) ?? []), time]);
  }
  for (const times of known.values()) times.sort((one, other) => one - other);
  return known;
}

/** Since when it is known: where a fact is known twice, the earliest counts, so that none that arrives gives more time. */
export const firstOf = (known: Known, name: Start): number | undefined => known.get(name)?.[0];
export const lastOf = (known: Known, name: Start): number | undefined => known.get(name)?.at(-1);
