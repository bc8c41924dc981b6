import type { ApprovalState } from './approval.ts';
import type { Mode } from './authority.ts';
import type { Question } from './incident.ts';
import { type Severity, worse } from './severity.ts';
import { type ThreatRun, typeKey, urgentAmong } from './threat.ts';

/** Hours for which a no, or a person who took over, speaks for the types that it was said about. */
export const answerHolds = 24;
/** Hours after which a run that never closed is taken for lost: Step Functions ends it after a day. */
const longestResponse = 24;

/** What an incident was told about one of its questions; `by` are the people, none where nobody answered. */
export interface EarlierAnswer {
  readonly run: string;
  readonly question: string;
  readonly state: ApprovalState;
  readonly by: readonly string[];
  readonly at: string;
  /** Until when a no holds, where the decision says so itself. */
  readonly until?: string | null | undefined;
}

/** What an open incident has on record when one more finding comes to it. */
export interface Earlier {
  readonly runs: readonly ThreatRun[];
  readonly answers: readonly EarlierAnswer[];
  /** Levers that have been released on some target. */
  readonly released: readonly string[];
}

/** A finding as far as it decides whether people have to be asked. */
export interface Coming {
  readonly type: string;
  readonly severity: Severity | null;
  /** What it is mainly about. */
  readonly about: string;
  readonly playbook: string;
  readonly questions: readonly Question[];
  readonly mode: Mode;
  readonly now: string;
  /** Why what a run did by itself is to be done once more, in words: a log is off again, a sequence names more. */
  readonly anew?: string | null | undefined;
}

/** `covered`: it joins; `run` is the one that speaks for it. `further`: a run more, which asks all but what is in `answered`, with the reason. */
export type Coverage =
  | { readonly kind: 'covered'; readonly run: string; readonly because: string }
  | { readonly kind: 'further'; readonly because: string; readonly answered: Readonly<Record<string, string>> };

const hoursAfter = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3_600_000).toISOString();

const known = (severity: ThreatRun['severity']): Severity | null => (severity === 'unknown' ? null : severity);

interface Judged {
  readonly covers: 'yes' | 'no';
  readonly because: string;
}
const yes = (because: string): Judged => ({ covers: 'yes', because });
const no = (because: string): Judged => ({ covers: 'no', because });

/** An answer that let nothing be done speaks for just the types it was given about, for a while, and for nothing worse. */
function ofItsType({ type, severity, now }: Coming, run: ThreatRun, at: string, until: string, what: string): Judged {
  const since = run.types[typeKey(type)];
  if (since === undefined || since > at) return no(`${what}, about another type of finding`);
  if (worse(severity, known(run.severity))) return no(`${what}, about something less severe`);
  return now < until ? yes(what) : no(`${what}, which no longer holds`);
}

function judgedBy(coming: Coming, question: Question, run: ThreatRun, earlier: Earlier): Judged {
  const levers = question.levers.map(({ name }) => name);
  const before = run.asks.find(({ name }) => name === question.name)?.levers ?? [];
  const answer = earlier.answers.find((one) => one.run === run.run && one.question === question.name);
  const by = answer?.by.join(' and ') ?? '';
  const limit = (at: string) => hoursAfter(at, answerHolds);
  if (levers.some((lever) => !before.includes(lever))) return no('it was asked about other levers');
  if (answer?.state === 'DECLINED')
    return ofItsType(coming, run, answer.at, answer.until ?? limit(answer.at), `declined by ${by}`);
  if (levers.length === 0 && answer?.state === 'APPROVED')
    return ofItsType(coming, run, answer.at, limit(answer.at), `taken over by ${by}`);
  if (levers.some((lever) => earlier.released.includes(lever))) return no('its levers were released');
  if (run.end === 'contained') return yes(by ? `approved by ${by}, and verified` : 'allowed by a rule, and verified');
  if (!run.ended) return no('its run never ended');
  if (answer) return no(answer.state === 'APPROVED' ? 'approved, and not fully contained' : 'nobody answered');
  if (run.ended.mode === 'observe' && coming.mode === 'respond') return no('it was only observed');
  return run.end === 'open'
    ? no('not fully contained')
    : ofItsType(coming, run, run.ended.at, limit(run.ended.at), 'nobody had to be asked');
}

/** By the latest run that asked it. */
function judged(coming: Coming, question: Question, runs: readonly ThreatRun[], earlier: Earlier): Judged {
  const run = runs.findLast(({ asks }) => asks.some(({ name }) => name === question.name));
  return run ? judgedBy(coming, question, run, earlier) : no('it was not asked yet');
}

/**
 * Whether what an open incident has asked, and was answered, covers one more finding in it. The same playbook about the same thing, under way
 * or answered so that it holds for this type: then it joins. Anything else gets a run of its own in the same incident.
 */
export function coverage(coming: Coming, earlier: Earlier): Coverage {
  const cover = byAnswers(coming, earlier);
  if (!coming.anew || cover.kind === 'further') return cover;
  // That is done once more, and nobody is asked again what they are being asked.
  const answered = urgentAmong(coming.questions).map(({ name }) => [name, cover.because]);
  return { kind: 'further', because: coming.anew, answered: Object.fromEntries(answered) };
}

/** A run under way speaks for all that it is still to ask, and for no question that it has asked in vain. */
function besideARun(coming: Coming, run: ThreatRun, decisive: readonly Question[], earlier: Earlier): Coverage {
  const speaks = 'its response is under way';
  const inVain = earlier.answers.filter((one) => one.run === run.run && /^(DECLINED|EXPIRED)$/.test(one.state));
  const judgement = (question: Question): Judged => {
    const answer = inVain.find((one) => one.question === question.name);
    if (!answer) return yes(speaks);
    return answer.state === 'EXPIRED' ? no('nobody answered') : judgedBy(coming, question, run, earlier);
  };
  return sumOf(
    decisive.map((question) => ({ name: question.name, ...judgement(question) })),
    { run: run.run, because: speaks },
  );
}

/** Covered, for the reason given, where each question is; else a further run asks those that are not. */
function sumOf(
  all: readonly (Judged & { readonly name: string })[],
  covered: { run: string; because: string },
): Coverage {
  const [first] = all.filter(({ covers }) => covers === 'no');
  if (!first) return { kind: 'covered', ...covered };
  const answered = all.filter(({ covers }) => covers === 'yes').map(({ name, because }) => [name, because]);
  return { kind: 'further', because: `"${first.name}": ${first.because}`, answered: Object.fromEntries(answered) };
}

function byAnswers(coming: Coming, earlier: Earlier): Coverage {
  const { playbook, about, now } = coming;
  const naming = earlier.runs.filter((one) => one.playbook === playbook && one.about.includes(about));
  // A finding about several claims them all at once, and each has a run of its own.
  const own = naming.filter((one) => one.about[0] === about);
  const runs = own.length > 0 ? own : naming;
  const last = runs.at(-1);
  if (!last)
    return { kind: 'further', because: `the incident has no answer of ${playbook} about this yet`, answered: {} };
  const underWay = runs.find(
    ({ ended, end, at }) => ended === null && end === 'open' && now < hoursAfter(at, longestResponse),
  );
  const decisive = urgentAmong(coming.questions).filter(({ asked }) => asked !== 'where needed');
  if (underWay) return besideARun(coming, underWay, decisive, earlier);
  const all = decisive.map((question) => ({
    name: question.name,
    ...judged(coming, question, runs, earlier),
  }));
  return sumOf(all, { run: last.run, because: all.map(({ because }) => because).join('; ') });
}
