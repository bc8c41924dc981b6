import type { Act } from '../../lib/domain/act.ts';
import { type Call, Call as CallSchema } from '../../lib/domain/call.ts';
import { Transient } from '../../lib/domain/errors.ts';
import type { NewEntry } from '../../lib/domain/ledger.ts';
import type { Meanings } from '../../lib/domain/outcome.ts';
import type { Phase } from '../../lib/domain/step.ts';
import { receiptItem } from '../../lib/items/receipt.ts';
import { subjectOf } from '../targets/target.ts';
import { oneOfThree } from './errors.ts';
import { append } from './ledger.ts';
import { logger, type Work } from './pipeline.ts';

/** As much of a step's contract as its record needs. */
interface Contract<Outcome extends string> {
  readonly name: string;
  readonly phase: Phase;
  readonly outcomes: Meanings<Outcome>;
}

/** What an operation came to. */
export type Recorded = { readonly outcome: string; readonly [detail: string]: unknown };

/** What tells two calls of one operation in one run apart: a release lets go of several targets, and each question has its own look. */
function ofWhat(call: Call): string {
  if (call.operation === 'release') return subjectOf(call);
  return call.operation === 'run' ? (call.plan?.question.name ?? '') : '';
}

const receiptKey = (call: Call, step: string) =>
  [call.run.incident, call.run.id, step, call.operation, ofWhat(call)] as const;

/** What this very operation came to in this run, when it has been done before: replays return it and touch nothing. */
export async function receiptOf(work: Work, call: Call, step: string): Promise<Recorded | null> {
  const receipt = await receiptItem.find(work.table, ...receiptKey(call, step));
  return receipt?.result ?? null;
}

/** What a step has done, or failed to do, as words and as data. */
export function entryOf(kind: 'step' | 'failure', act: Act): Omit<NewEntry, 'detail'> {
  const { step, operation } = act;
  return { kind, actor: `step ${step}`, what: operation === 'run' ? step : `${step}: ${operation}`, act };
}

type Name = Omit<Contract<never>, 'outcomes'>;
const actIn = (call: Call, { name: step, phase }: Name): Act => ({
  step,
  operation: call.operation,
  phase,
  of: subjectOf(call),
});

/** Writes the ledger entry and the receipt together, so neither exists without the other. */
export async function record<Outcome extends string, R extends { readonly outcome: Outcome }>(
  work: Work,
  call: Call,
  contract: Contract<Outcome>,
  result: R,
): Promise<R> {
  const { incident, id: run, mode } = call.run;
  const { name: step, outcomes } = contract;
  const means = outcomes[result.outcome];
  // Who allowed it stands beside what was done.
  const allowed = call.plan ? { authority: call.plan.authority, plan: call.plan.hash } : {};
  const detail = { run, mode, ...allowed, result, means, calls: [...work.calls] };
  const entry = { ...entryOf('step', actIn(call, contract)), detail };
  const receipt = { run, step, operation: call.operation, of: subjectOf(call), result, means, at: work.now() };
  const Item = receiptItem.item(receipt, ...receiptKey(call, step));
  await append(work.table, incident, entry, (TableName) => [{ Put: { TableName, Item } }]);
  return result;
}

/** Runs a step's body; a failure that will not be retried leaves an entry too, so the report can say what is not done. */
export async function recordingFailure<R>(
  work: Work,
  event: unknown,
  contract: Name,
  body: () => Promise<R>,
): Promise<R> {
  try {
    return await body();
  } catch (thrown) {
    const error = oneOfThree(thrown);
    const call = CallSchema.safeParse(event);
    if (call.success && !(error instanceof Transient)) {
      const { run } = call.data;
      const detail = { run: run.id, error: error.name, because: error.message, calls: [...work.calls] };
      const entry = { ...entryOf('failure', actIn(call.data, contract)), detail };
      await append(work.table, run.incident, entry).catch((unwritten: unknown) =>
        logger.error('The failure could not be recorded', unwritten as Error),
      );
    }
    throw error;
  }
}
