import { firstOf, type Known } from './known.ts';
import type { Report, Rule, Start } from './regime.ts';
import { endOf, type Term } from './term.ts';

/** When a report is due and what that was counted from. `at` is null where the law sets no deadline; times are milliseconds since 1970. */
export interface Due {
  readonly at: number | null;
  readonly start: number;
  readonly after: Start;
  readonly term: Term;
}

const from = (after: Start, term: Term, start: number): Due => ({ at: endOf(term, start), start, after, term });

/** Without an hour is later than any hour. */
const order = ({ at }: Due): number => at ?? Number.POSITIVE_INFINITY;
const earlier = (one: Due, other: Due): Due => (order(other) < order(one) ? other : one);

/**
 * The earliest a rule gives. Where a start and a limit are each known at several times, every pair is tried: a limit that does not hold for
 * a later start may hold for an earlier one, and no time that arrives may take back a due time that was earlier.
 */
function dueBy({ after, term, atLatest }: Rule, known: Known): Due[] {
  return (known.get(after) ?? []).flatMap((start) => {
    const limits = (atLatest ? (known.get(atLatest.after) ?? []) : []).flatMap((begun) => {
      const limit = atLatest && from(atLatest.after, atLatest.term, begun);
      return limit && start <= order(limit) ? [limit] : [];
    });
    return [from(after, term, start), ...limits];
  });
}

/** The earliest due time of all rules whose start is known; null while none is. */
export function dueOf({ rules }: Report, known: Known): Due | null {
  const all = rules.flatMap((rule) => dueBy(rule, known));
  return all.length === 0 ? null : all.reduce(earlier);
}

/** The facts a report's clock may start with. */
export const startsOf = ({ rules }: Report): Start[] => rules.map(({ after }) => after);

/** Since when a report is owed: the earliest known start of any of its rules. */
export function owedSince(report: Report, known: Known): number | undefined {
  const starts = startsOf(report).flatMap((start) => firstOf(known, start) ?? []);
  return starts.length === 0 ? undefined : Math.min(...starts);
}
