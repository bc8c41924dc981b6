import * as z from 'zod';
import type { Act } from '../../../lib/domain/act.ts';
import { meaningOf } from '../../../lib/domain/earlier-entries.ts';
import type { IncidentState } from '../../../lib/domain/incident.ts';
import type { Meaning } from '../../../lib/domain/outcome.ts';

/** Something the playbook meant to do. */
export interface Expected {
  readonly step: string;
  readonly operation: string;
  readonly title: string;
  readonly phase: string;
  readonly question?: string | undefined;
  /** Its question comes up only where what came before does not hold: in observe mode never. */
  readonly asked?: 'where needed' | undefined;
}

/** What a step reported of it. */
export interface Receipt {
  readonly step: string;
  readonly operation: string;
  /** Absent where an earlier version wrote it. */
  readonly means?: Meaning | undefined;
  readonly result: Readonly<Record<string, unknown>> & { readonly outcome: string };
}

/** Why something failed. Its target is empty where an earlier version did not write it down. */
export interface Failure extends Act {
  readonly because: string;
}

const machinery: Readonly<Record<string, string>> = {
  'request-approval': 'Ask the responders',
  respond: 'Go on with the response',
};

/** What failed and was no step of the playbook: people may never have been asked. */
export const besides = (failures: readonly Failure[]): string[] =>
  failures.flatMap(({ step, because }) => (machinery[step] ? [`✗ ${machinery[step]}: NOT DONE: ${because}`] : []));

export interface Ending {
  readonly state: IncidentState;
  /** One line a step, honest about what is not done. */
  readonly lines: string[];
  /** What a person has to look at; empty when everything is as it should be. */
  readonly trouble: string[];
}

/** What is told of a result; what a step does not report, or reports otherwise, is left out. */
const Details = z.object({
  because: z.string().catch(''),
  failed: z.array(z.object({ what: z.string(), error: z.string() })).catch([]),
  isolation: z.record(z.string(), z.string()).catch({}),
});

const resultLine = (result: Receipt['result']): string => {
  const { because, failed, isolation } = Details.parse(result);
  const detail = [
    ...failed.map(({ what, error }) => `${what} failed (${error})`),
    ...Object.entries(isolation).map(([id, how]) => `${id} ${how}`),
  ];
  return `${result.outcome}${because && `: ${because}`}${detail.length > 0 ? ` – ${detail.join(', ')}` : ''}`;
};

/** Whether a question was answered so that its levers ran. */
export type Answers = Readonly<Record<string, 'go' | 'hold' | 'observe'>>;

/**
 * Judges a run by its receipts, never by hope: what was expected and left no receipt is said to be missing, with the failure on
 * record when there is one. Containment counts only when it was read back.
 */
export function endingOf(
  expected: readonly Expected[],
  receipts: readonly Receipt[],
  failures: readonly Failure[],
  answers: Answers,
): Ending {
  const due = expected.filter(({ question, asked }) => {
    const answer = question ? answers[question] : 'go';
    return asked === 'where needed' ? answer === 'go' : answer !== 'hold';
  });
  const judged = due.map((one) => {
    const same = ({ step, operation }: Pick<Expected, 'step' | 'operation'>): boolean =>
      step === one.step && operation === one.operation;
    const receipt = receipts.find(same);
    const failure = failures.findLast(same)?.because ?? 'no result recorded';
    const means = receipt && meaningOf(receipt.result.outcome, receipt.means);
    const good = means === 'good' || (means === 'observed' && Object.values(answers).includes('observe'));
    return { ...one, good, says: receipt ? resultLine(receipt.result) : `NOT DONE: ${failure}` };
  });
  const lines = judged.map(
    ({ good, title, operation, says }) =>
      `${good ? '✓' : '✗'} ${operation === 'verify' ? 'check: ' : ''}${title}: ${says}`,
  );
  const trouble = [...judged.flatMap(({ good }, index) => (good ? [] : [lines[index] ?? ''])), ...besides(failures)];
  const contained = judged.some(({ phase, operation, step }) => {
    const verdict = receipts.find((receipt) => receipt.step === step && receipt.operation === 'verify');
    return phase === 'contain' && operation === 'verify' && verdict?.result.outcome === 'verified';
  });
  const troubled = judged.some(({ phase, good }) => phase === 'contain' && !good);
  // One interface of two isolated is neither contained nor nothing.
  const partly = receipts.some(({ result }) =>
    Object.values(Details.parse(result).isolation).some((how) => how !== 'not-isolated'),
  );
  const state = contained && !troubled ? 'contained' : contained || partly ? 'open' : 'held';
  const cannot = expected.flatMap(({ step, operation, title }) => {
    const seen = receipts.find((receipt) => receipt.step === step && receipt.operation === 'foresee');
    return operation === 'apply' && seen?.result.outcome === 'impossible'
      ? [`✗ not asked: ${title}: ${resultLine(seen.result)}`]
      : [];
  });
  return { state, lines: [...lines, ...cannot], trouble: state === 'contained' ? trouble : [...trouble, ...cannot] };
}

/** A question as far as it tells whether it could be asked at all. */
interface AskedPlan {
  readonly authority: { readonly kind: string; readonly reason?: string | undefined; readonly because: string };
  readonly question: { readonly levers: readonly unknown[] };
}

/**
 * Why it is left alone, in words; null where it is not. An exemption is told because it stops every action. That one further question,
 * such as a lockdown, could not have been asked concerns nobody, unless what came before it was not enough.
 */
export function whyNothingWasDone(plans: readonly AskedPlan[], state: IncidentState): string | null {
  const acting = plans.filter(({ question }) => question.levers.length > 0);
  const asked = acting.length > 0 ? acting : plans;
  const refused = asked.filter(({ authority }) => authority.kind === 'refused');
  const isShown = state === 'open' || refused.length === asked.length;
  // That another question is about other kinds of resources says nothing of this one.
  const [first] = [...refused.filter(({ authority }) => authority.reason !== 'no-lever'), ...refused];
  return isShown ? (first?.authority.because ?? null) : null;
}

/** "Removed" is said only of what a step has seen go: not where it would have, and not where there was nothing. */
export function removalHeadline(
  expected: readonly Expected[],
  receipts: readonly Receipt[],
  trouble: readonly string[],
): string {
  if (trouble.length > 0) return '🔴 NOT EVERYTHING WAS DELETED';
  const steps = expected.map(({ step }) => step);
  const came = receipts.filter(({ step }) => steps.includes(step));
  if (came.some(({ result }) => result.outcome === 'removed')) return '🟢 Deleted permanently';
  return came.some(({ means, result }) => meaningOf(result.outcome, means) === 'observed')
    ? '👁 Nothing was deleted: observe mode'
    : '🟡 Nothing was deleted';
}

/**
 * What one run of an incident came to, of what its record notes by run. The incident itself may still be open: about a session further
 * down the chain.
 */
export const cameTo = (ends: Readonly<Record<string, IncidentState>>, run: string): IncidentState =>
  ends[run] ?? 'open';
