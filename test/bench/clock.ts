import { obligationsOf } from '../../lib/domain/clock/engine.ts';
import type { Fact } from '../../lib/domain/clock/known.ts';
import { regimes } from '../../lib/domain/clock/regimes.ts';

/** Obligations derived at once, and how long it took. */
export interface Derived {
  readonly obligations: number;
  readonly ms: number;
  readonly perSecond: number;
}

const wanted = 10_000;
const minute = 60_000;

/** Facts that start every clock there is, at another minute for each incident. */
function factsOf(incident: number): Fact[] {
  const begun = Date.parse('2026-01-01T00:00:00Z') + incident * 997 * minute;
  const at = (minutes: number): string => new Date(begun + minutes * minute).toISOString();
  const since = [
    'discovered',
    'aware',
    'reasonable-belief',
    'payment-made',
    'classified-major',
    'materiality-determined',
  ];
  return [
    ...since.map((name, index) => ({ name, at: at(index) })),
    ...['initial', 'notification', 'intermediate'].map((report, index) => ({
      name: `sent:${report}`,
      at: at(60 + index),
    })),
  ];
}

/** Derives the obligations of every regime for so many incidents that they are ten thousand. */
export function derived(): Derived {
  const facts = Array.from({ length: wanted }, (_, incident) => factsOf(incident));
  const now = '2026-06-01T00:00:00.000Z';
  obligationsOf(regimes, factsOf(0), now);
  const begun = performance.now();
  let obligations = 0;
  for (let incident = 0; obligations < wanted; incident++)
    obligations += obligationsOf(regimes, facts[incident] ?? [], now).length;
  const ms = performance.now() - begun;
  return { obligations, ms: Math.round(ms), perSecond: Math.round(obligations / (ms / 1000)) };
}
