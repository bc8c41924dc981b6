import { approvalItem } from '../../../lib/items/approval.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Target } from '../../targets/target.ts';
import { beginResponses } from '../begin-responses.ts';
import { candidatesAmong, pickedIn, resultOf } from './plan.ts';
import { type PickedStarted, startPickedPlaybook } from './step.ts';

type Context = Pick<StepContext<Target>, keyof Work | 'run' | 'finding'>;

/** The question that offers playbooks. */
const asking = 'handover';

/** Begins what a person has picked. The record says what that is, and not the state that calls. */
export async function start(context: Context): Promise<PickedStarted> {
  const { run, finding, table } = context;
  const approval = await approvalItem.find(table, run.incident, run.id, asking);
  const picked = pickedIn(approval ? [approval] : []);
  const candidates = candidatesAmong(finding?.targets[0], picked);
  if (!finding || candidates.length === 0) return resultOf(picked, [], run.mode);
  return resultOf(picked, await beginResponses(context, { run, finding }, candidates), run.mode);
}

export const handler = serveStep(startPickedPlaybook, start);
