import * as z from 'zod';
import type { Fact } from './known.ts';

/** What somebody recorded of an incident, and when they did. None is ever taken away: the last of a name is in force, the others stay. */
export const IncidentFact = z.object({
  name: z.string(),
  /** Since when it is so. */
  time: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  /** When it was recorded. */
  at: z.iso.datetime(),
  via: z.enum(['tourniquet', 'slack', 'command-line']),
  /** The order in which facts of one incident came. */
  n: z.int().min(1),
});
export type IncidentFact = z.infer<typeof IncidentFact>;

/** Known from the first moment on: a regime may count from any of these. */
const atOpening = ['discovered', 'aware', 'reasonable-belief'] as const;

/** The facts an incident opens with; a person may set each of them right later. */
export const openingFacts = (openedAt: string): IncidentFact[] =>
  atOpening.map((name, index) => ({
    name,
    time: openedAt,
    by: 'tourniquet',
    at: openedAt,
    via: 'tourniquet',
    n: index + 1,
    reason: 'first delivery of the finding: the earliest moment someone could have known',
  }));

/** What clocks count with: of each name what was recorded last, so that a correction takes the place of what it corrects. */
export function inForce(facts: readonly IncidentFact[]): Fact[] {
  const last = new Map(facts.toSorted((a, b) => a.n - b.n).map(({ name, time }) => [name, time]));
  return [...last].map(([name, at]) => ({ name, at }));
}
