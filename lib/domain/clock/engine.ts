import { becauseOf, type KinderSaid, kinderOf, timeWords } from './because.ts';
import { type Due, dueOf } from './due.ts';
import { type Fact, firstOf, type Known, knownOf, lastOf } from './known.ts';
import type { Regime, Report } from './regime.ts';
import { hour } from './term.ts';

export type State = 'watching' | 'running' | 'due-soon' | 'overdue' | 'sent' | 'withdrawn' | 'kept';

/**
 * One report of one regime, as plain JSON; times are ISO 8601 in UTC. `dueAt` is null while the start is unknown and where the law names no
 * hour; it stays what it was once a report is sent or withdrawn. `kinder` are later times that were not used.
 */
export interface Obligation {
  readonly regime: string;
  readonly report: string;
  readonly dueAt: string | null;
  readonly state: State;
  readonly because: string;
  /** `<regime>/<report>` */
  readonly id: string;
  readonly standing: Regime['standing'];
  /** What was counted from, and since when. */
  readonly start: { readonly fact: string; readonly at: string } | null;
  readonly sentAt: string | null;
  readonly kinder: readonly KinderSaid[];
  readonly source: string;
  readonly verified: string;
}

/** Due soon is the last tenth of the time, and the last four hours of any. */
const soon = { share: 0.1, least: 4 * hour };

/** Half open: at the due time itself it is overdue. */
function running({ at, start }: Due, now: number, { means }: Report): State {
  if (at === null || means === 'keep until') return at !== null && now >= at ? 'kept' : 'running';
  if (now >= at) return 'overdue';
  return at - now <= Math.max(soon.least, (at - start) * soon.share) ? 'due-soon' : 'running';
}

/** Called off is what is not sent, unless the duty began anew after that; then the earliest start counts as before. */
function calledOffAt({ calledOff }: Regime, known: Known): number | null {
  const off = calledOff && lastOf(known, calledOff.by);
  if (!calledOff || off === undefined) return null;
  const again = lastOf(known, calledOff.unless);
  return again !== undefined && again > off ? null : off;
}

const iso = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());

function sentWords(sent: number, due: Due | null): string {
  if (due?.at == null) return `Sent ${timeWords(sent)}.`;
  return `Sent ${timeWords(sent)}, ${sent <= due.at ? 'in time' : 'late'}.`;
}

interface Judged {
  readonly state: State;
  /** Said before the rule. */
  readonly first: string;
}

function judged(regime: Regime, [name, report]: [string, Report], due: Due | null, known: Known, now: number): Judged {
  const sent = firstOf(known, `sent:${name}`);
  if (sent !== undefined) return { state: 'sent', first: sentWords(sent, due) };
  const off = calledOffAt(regime, known);
  if (off !== null) return { state: 'withdrawn', first: `Withdrawn: ${regime.calledOff?.by} ${timeWords(off)}.` };
  return due ? { state: running(due, now, report), first: '' } : { state: 'watching', first: 'Watching:' };
}

function obligationOf(regime: Regime, entry: [string, Report], known: Known, now: number): Obligation {
  const [name, report] = entry;
  const due = dueOf(report, known);
  const { state, first } = judged(regime, entry, due, known, now);
  return {
    regime: regime.name,
    report: name,
    dueAt: iso(due?.at),
    state,
    because: [first, becauseOf(regime, report, due, known)].filter(Boolean).join(' '),
    id: `${regime.name}/${name}`,
    standing: regime.standing,
    start: due && { fact: due.after, at: new Date(due.start).toISOString() },
    sentAt: iso(firstOf(known, `sent:${name}`)),
    kinder: kinderOf(report, due, known),
    source: report.source,
    verified: regime.verified,
  };
}

/**
 * Every report the regimes ask for, judged at `now` (ISO 8601 in UTC). The same facts in any order give the same obligations, and a fact that
 * arrives never makes a due time later: where the law would, the kinder time is only said. Never throws; `contradictionsIn` says what
 * cannot be true.
 */
export function obligationsOf(regimes: readonly Regime[], facts: readonly Fact[], now: string): Obligation[] {
  return regimes.flatMap((regime) => {
    const known = knownOf(regime, facts);
    return Object.entries(regime.reports).map((entry) => obligationOf(regime, entry, known, Date.parse(now)));
  });
}
