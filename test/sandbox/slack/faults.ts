// Slack on a bad day: down, slow, or asking for patience, for as many calls as a test wants.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerJson } from './http.ts';
import { refuse } from './methods.ts';
import type { FaultOrder } from './orders.ts';
import type { Workspace } from './workspace.ts';

function take(workspace: Workspace, method: string): FaultOrder | undefined {
  const fault = workspace.faults.find((each) => each.method === method || each.method === '*');
  if (fault?.after) {
    fault.after -= 1;
    return undefined;
  }
  if (!fault?.times) return fault;
  fault.times -= 1;
  if (fault.times === 0) workspace.faults.splice(workspace.faults.indexOf(fault), 1);
  return fault;
}

/** Says whether it answered in the method's place; a delay alone lets the method answer, late. */
export async function spoil(
  workspace: Workspace,
  method: string,
  response: ServerResponse,
): Promise<'answered' | 'go on'> {
  const fault = take(workspace, method);
  if (fault?.delayMs) await sleep(fault.delayMs);
  if (fault?.error === undefined && fault?.status === undefined) return 'go on';
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
  answerJson(response, fault.status ?? 200, refuse(fault.error ?? 'internal_error'));
  return 'answered';
}
