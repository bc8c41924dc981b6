import type { Due } from './due.ts';
import { firstOf, type Known, lastOf } from './known.ts';
import type { Kinder, Regime, Report, Rule } from './regime.ts';
import { endOf, termWords } from './term.ts';

/** `2026-11-20T10:00:00Z` from milliseconds since 1970; fractions only where there are some. */
export const timeWords = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** A later time the law may allow; `dueAt` where it can be computed from what is known, ISO 8601 in UTC. */
export interface KinderSaid {
  readonly dueAt: string | null;
  readonly because: string;
}

function kinderSaid({ says, rule, where }: Kinder, due: Due | null, known: Known): KinderSaid[] {
  const start = rule && lastOf(known, rule.after);
  if (!rule || !due || due.at === null || start === undefined) return [{ dueAt: null, because: says }];
  if (where === 'still going on' && start <= due.at) return [];
  const at = endOf(rule.term, start);
  return at !== null && at > due.at ? [{ dueAt: new Date(at).toISOString(), because: says }] : [];
}

/** Several times of one start: the earliest counts, and what the latest would give is said. */
function latestSaid(due: Due | null, known: Known): KinderSaid[] {
  const times = (due && known.get(due.after)) ?? [];
  const last = times.at(-1);
  if (!due || due.at === null || last === undefined || times.length < 2) return [];
  const at = endOf(due.term, last);
  const because = `from the latest of ${times.length} times known for ${due.after} (${timeWords(last)}), of which the earliest counts`;
  return [{ dueAt: at !== null && at > due.at ? new Date(at).toISOString() : null, because }];
}

/**
 * What the law may allow beyond the due time, or from the latest of several times known; never used for the due time itself. Of what is kept
 * until a day, later is not kinder.
 */
export function kinderOf({ kinder = [], means }: Report, due: Due | null, known: Known): KinderSaid[] {
  const latest = means === 'keep until' ? [] : latestSaid(due, known);
  return [...kinder.flatMap((one) => kinderSaid(one, due, known)), ...latest];
}

/** With the time, where there is one. */
const laterWords =
  (prefix: string) =>
  ({ dueAt, because }: KinderSaid): string =>
    `${prefix}: ${because}${dueAt ? `: ${timeWords(Date.parse(dueAt))}` : ''}.`;

const either = (names: readonly string[]): string => names.join(' or ');

/** What is waited for, and by when it would have to come where that is known already. */
function waitingWords(rules: readonly Rule[], known: Known): string {
  const wait = rules.map(({ after, term }) => `${termWords(term)} from ${after}`);
  const limits = rules.flatMap(({ after, term, atLatest }) => {
    const begun = atLatest && firstOf(known, atLatest.after);
    const at = atLatest && begun !== undefined ? endOf(atLatest.term, begun) : null;
    if (!atLatest || at === null) return [];
    const until = `${timeWords(at)} (${termWords(atLatest.term)} from ${atLatest.after})`;
    return [
      `With ${after} until ${until} it is due by then at the latest; after that, ${termWords(term)} from ${after}.`,
    ];
  });
  const missing = either(rules.map(({ after }) => after));
  return [`${either(wait)}; ${missing} is not known yet.`, ...limits].join(' ');
}

const countedWords = ({ term, after, start }: Due): string => `${termWords(term)} from ${after} (${timeWords(start)}).`;

/** What may still make it earlier, once it is known; and why a limit did not. */
function alsoWords({ after, term, atLatest }: Rule, due: Due, known: Known): string[] {
  if (!known.has(after)) return [`Earlier, if ${termWords(term)} from ${after} end before.`];
  if (!atLatest) return [];
  const limit = `${termWords(atLatest.term)} from ${atLatest.after}`;
  const begun = firstOf(known, atLatest.after);
  if (begun === undefined) return [`No later than ${limit}, which is not known yet.`];
  const end = endOf(atLatest.term, begun);
  return end !== null && due.at !== null && end < due.at
    ? [`${after} came later than ${limit} (${timeWords(begun)}).`]
    : [];
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
const ended = (words: string): string => (words.endsWith('.') ? words : `${words}.`);

/** Why a report is due when it is: what was counted, the law, what else it says, and the kinder times that were not used. */
export function becauseOf(regime: Regime, report: Report, due: Due | null, known: Known): string {
  const rule = due
    ? [countedWords(due), ...report.rules.flatMap((one) => alsoWords(one, due, known))]
    : [waitingWords(report.rules, known)];
  const later = [
    ...kinderOf(report, due, known).map(laterWords('Kinder, not used')),
    ...(report.means === 'keep until' ? latestSaid(due, known).map(laterWords('Keep longer to be safe')) : []),
  ];
  const said = [...rule, report.source, regime.note ?? '', report.note ?? '', ...later].filter(Boolean);
  return said.map((words) => ended(sentence(words))).join(' ');
}
