import { type Call, Call as CallSchema, type OperationName, subjectOf } from '../../lib/domain/call.ts';
import { Transient } from '../../lib/domain/errors.ts';
import type { NewEntry } from '../../lib/domain/ledger.ts';
import { oneOfThree } from './errors.ts';
import { append } from './ledger.ts';
import { logger, type Work } from './pipeline.ts';
import { type Key, keys } from './table.ts';

interface Recorded {
  readonly outcome: string;
}

/** What tells two calls of one operation in one run apart: a release lets go of several targets, and each question has its own look. */
function ofWhat(call: Call): string {
  if (call.operation === 'release') return subjectOf(call);
  return call.operation === 'run' ? (call.plan?.question.name ?? '') : '';
}

const receiptKey = (call: Call, step: string): Key =>
  keys.receipt(call.run.incident, call.run.id, step, call.operation, ofWhat(call));

/** The receipt of this very operation in this run, when it has been done before: replays return it and touch nothing. */
export async function receiptOf<R>(work: Work, call: Call, step: string): Promise<R | null> {
  const found = await work.table.get(receiptKey(call, step));
  return found ? (found.result as R) : null;
}

const entryOf = (kind: NewEntry['kind'], step: string, operation: OperationName, detail: unknown): NewEntry => ({
  kind,
  actor: `step ${step}`,
  what: operation === 'run' ? step : `${step}: ${operation}`,
  detail,
});

/** Writes the ledger entry and the receipt together, so neither exists without the other. */
export async function record<R extends Recorded>(work: Work, call: Call, step: string, result: R): Promise<R> {
  const { incident, id: run, mode } = call.run;
  // Who allowed it stands beside what was done.
  const allowed = call.plan ? { authority: call.plan.authority, plan: call.plan.hash } : {};
  const entry = entryOf('step', step, call.operation, { run, mode, ...allowed, result, calls: [...work.calls] });
  const key = receiptKey(call, step);
  const Item = { ...key, step, operation: call.operation, of: subjectOf(call), result, at: work.now() };
  await append(work.table, incident, entry, (TableName) => [{ Put: { TableName, Item } }]);
  return result;
}

/** Runs a step's body; a failure that will not be retried leaves an entry too, so the report can say what is not done. */
export async function recordingFailure<R>(
  work: Work,
  event: unknown,
  step: string,
  body: () => Promise<R>,
): Promise<R> {
  try {
    return await body();
  } catch (thrown) {
    const error = oneOfThree(thrown);
    const call = CallSchema.safeParse(event);
    if (call.success && !(error instanceof Transient)) {
      const { run, operation } = call.data;
      const detail = { run: run.id, error: error.name, because: error.message, calls: [...work.calls] };
      await append(work.table, run.incident, entryOf('failure', step, operation, detail)).catch((unwritten: unknown) =>
        logger.error('The failure could not be recorded', unwritten as Error),
      );
    }
    throw error;
  }
}
