import type { EarlierAnswer } from './coverage.ts';
import { type AskedQuestion, sameThreat, type ThreatRun, typesOf } from './threat.ts';

/** What reading back one lever came to in a run. */
export interface ReadBack {
  readonly run: string;
  readonly step: string;
  readonly outcome: string;
}

/** What an incident has on record about its threats. */
export interface OnThreats {
  readonly runs: readonly ThreatRun[];
  readonly answers: readonly EarlierAnswer[];
  readonly readBack: readonly ReadBack[];
  /** Levers that have been released on some target. */
  readonly released: readonly string[];
}

/** How one threat stands by one of its questions. */
export interface Standing {
  readonly playbook: string;
  /** Finding types it is about, the first first. */
  readonly types: readonly string[];
  readonly target: string;
  readonly question: string;
  /** `pending`: people are asked, or it is under way. `held`: verified. `released`: by people, since. `open`: nothing is in the way of it. */
  readonly state: 'held' | 'partly' | 'pending' | 'released' | 'open';
  /** `network still open; question pending`. */
  readonly words: string;
}

type State = Pick<Standing, 'state' | 'words'>;

const isReleased = ({ levers }: AskedQuestion, run: ThreatRun, released: readonly string[]): boolean =>
  levers.length > 0 && (run.end === 'released' || levers.some((lever) => released.includes(lever)));

/** What is verified of a question's levers; a yes alone is none. */
function heldBy({ levers }: AskedQuestion, run: ThreatRun, { readBack }: OnThreats): 'held' | 'partly' | 'open' {
  const seen = readBack.filter((one) => one.run === run.run && levers.includes(one.step));
  if (!seen.some(({ outcome }) => outcome === 'verified')) return 'open';
  return seen.every(({ outcome }) => outcome !== 'not-verified' && outcome !== 'left-out') ? 'held' : 'partly';
}

/** Why nothing is in the way of it. */
function whyOpen({ levers }: AskedQuestion, run: ThreatRun, answer: EarlierAnswer | undefined) {
  const by = answer?.by.join(' and ');
  if (answer?.state === 'DECLINED') return `, declined by ${by}`;
  if (answer?.state === 'EXPIRED') return ', nobody answered';
  if (answer?.state === 'SUPERSEDED') return ', withdrawn';
  if (run.ended?.mode === 'observe') return ', observe mode';
  if (answer && levers.length > 0) return ', not verified';
  return ', not asked';
}

function stateOf(ask: AskedQuestion, run: ThreatRun, record: OnThreats): State {
  const answer = record.answers.find((one) => one.run === run.run && one.question === ask.name);
  const by = answer?.by.join(' and ') ?? '';
  if (isReleased(ask, run, record.released)) return { state: 'released', words: `${ask.held}, and released` };
  const held = heldBy(ask, run, record);
  if (held === 'held') return { state: 'held', words: ask.held };
  if (answer?.state === 'PENDING') return { state: 'pending', words: `${ask.open}; question pending` };
  if (answer?.state === 'APPROVED' && ask.levers.length === 0) return { state: 'open', words: `${ask.held} by ${by}` };
  if (!run.ended && run.end === 'open' && answer?.state !== 'DECLINED' && answer?.state !== 'EXPIRED')
    return { state: 'pending', words: `${ask.open}; response under way` };
  if (held === 'partly') return { state: 'partly', words: `${ask.held} in part` };
  return { state: 'open', words: `${ask.open}${whyOpen(ask, run, answer)}` };
}

/** The latest run that put each question, in the order in which they came up. */
function latest(runs: readonly ThreatRun[], { answers }: OnThreats) {
  const found = new Map<string, { readonly ask: AskedQuestion; readonly run: ThreatRun }>();
  for (const run of runs) {
    for (const ask of run.asks) {
      const isAsked = answers.some((one) => one.run === run.run && one.question === ask.name);
      if (ask.asked !== 'where needed' || isAsked) found.set(ask.name, { ask, run });
    }
  }
  return [...found.values()];
}

/** How each threat of an incident stands: what is contained of it, and what is not. Every other page says it in these words. */
export function standingsOf(record: OnThreats): Standing[] {
  return sameThreat(record.runs).flatMap((runs) => {
    const [first] = runs;
    if (!first) return [];
    const types = [...new Set(runs.flatMap(typesOf))];
    return latest(runs, record).map(({ ask, run }) => {
      const of = { playbook: first.playbook, types, target: first.id, question: ask.name };
      return { ...of, ...stateOf(ask, run, record) };
    });
  });
}

/** `session denied; network still open; question pending`: all of it in one line, with the targets where there are several. */
export function standingLine(standings: readonly Standing[]): string {
  const several = new Set(standings.map(({ target }) => target)).size > 1;
  return [...new Set(standings.map(({ words, target }) => (several ? `${target}: ${words}` : words)))].join('; ');
}
