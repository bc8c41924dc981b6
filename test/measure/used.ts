/** What a run has used, from the sandbox's record of every call and the run's own history. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Cost } from '../../lib/infra/run-cost.ts';
import { transitionsIn } from '../sandbox/readback.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';

/** Answers come in over the decisions API, which invokes this one. */
const answering = 'decide-approval';

/** `…:function:tourniquet-open-incident` and `…:assumed-role/tourniquet-open-incident/tourniquet-open-incident` are of open-incident. */
const nameIn = (text: string): string | null =>
  /(?::function:tourniquet-([\w-]+)|\/tourniquet-([\w-]+)\/tourniquet-\2)$/.exec(text)?.slice(1).find(Boolean) ?? null;

function invokedBy({ action, resources }: RecordedCall): string | null {
  if (action === 'execute-api:Invoke') return answering;
  return action === 'lambda:InvokeFunction' ? nameIn(resources[0] ?? '') : null;
}

/** Milliseconds are this machine's and differ from run to run: tenths of a second are what can be told. */
const tenths = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** Nothing else may run meanwhile: a call in the hub says which function made it, and not for which run. */
export function usedBy(history: readonly HistoryEvent[], calls: readonly RecordedCall[]): Cost {
  // A call in another account is made with a session that a function has assumed a role for.
  const holders = new Map(
    calls.flatMap(({ issued, principal }) => {
      const name = nameIn(principal);
      return issued && name ? [[issued, name] as const] : [];
    }),
  );
  const callerOf = ({ principal, accessKeyId }: RecordedCall) => nameIn(principal) ?? holders.get(accessKeyId) ?? null;
  const names = [...new Set(calls.flatMap((call) => invokedBy(call) ?? []))].toSorted();
  const functions = names.map((name) => {
    const invocations = calls.filter((call) => invokedBy(call) === name);
    const seconds = tenths(invocations.reduce((sum, { durationMs }) => sum + durationMs, 0));
    const made = calls.filter((call) => callerOf(call) === name);
    return [name, { invocations: invocations.length, calls: made.length, seconds }] as const;
  });
  return { transitions: transitionsIn(history), functions: Object.fromEntries(functions) };
}
