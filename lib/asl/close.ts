import type { AnyStep } from '../domain/step.ts';
import { act } from './question.ts';
import {
  again,
  caught,
  entrance,
  from,
  join,
  type Part,
  type Payload,
  patience,
  retryPatiently,
  type States,
  startOf,
} from './state.ts';

/** A record that could not be sealed does not fail the run: its failure is on the ledger and is counted, unless the function never answered. */
export const unsealed = 'Closed, but not sealed: see the ledger';

/** A step that is called again as long as it is not done. */
export const untilDone =
  (step: AnyStep): Part =>
  (next) =>
    Object.fromEntries(
      Object.entries(act(step)(next)).map(([name, { Retry, ...state }]) => [
        name,
        { ...state, Retry: [again, ...(Array.isArray(Retry) ? Retry : [])] },
      ]),
    );

/** The seals of a run, by what comes after them. */
export const seals = { end: 'Seal the record', on: 'Seal the record so far', again: 'Seal the record again' };

/** Signs the record. */
export function seal(title: string, next: string | 'the end'): States {
  const Output = from('$closed');
  // Nothing comes after it that could write down why it failed, so it knows which try is its last.
  const tries = { retried: from('$states.context.State.RetryCount'), retries: patience };
  const record = { incident: from('$opened.run.incident'), run: from('$opened.run.id'), ...tries };
  const { Next: _, ...sealing } = entrance('seal-record', record, '');
  const on =
    next === 'the end'
      ? { Catch: caught(unsealed, { Output }), End: true }
      : { Catch: caught(next, { Output }), Next: next };
  return { [title]: { ...sealing, Retry: retryPatiently, Output, ...on } };
}

/** Judges what was done, and does what nobody waits for, before its record is signed; the output is the judgement. */
export function close(title: string, payload: Payload, next: string, last: readonly AnyStep[] = []): States {
  // Nothing catches what the close-out throws: then the execution fails, and its alarm pages.
  const { Catch, Next, ...closing } = entrance('close-out', { ...payload, failures: from('$states.input') }, '');
  const slowly = join(last.map(untilDone))(next);
  const Assign = { closed: from('$states.result.Payload') };
  return { [title]: { ...closing, Retry: retryPatiently, Assign, Next: startOf(slowly, next) }, ...slowly };
}
