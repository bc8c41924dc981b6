import { actorsIn } from '../../../lib/domain/finding/actors.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Target } from '../../targets/target.ts';
import { beginResponses } from '../begin-responses.ts';
import { candidatesAmong, resultOf } from './plan.ts';
import { type PrincipalsAnswered, respondForPrincipal } from './step.ts';

type Context = Pick<StepContext<Target>, keyof Work | 'run' | 'finding'>;

/** Begins what answers for whoever acted. */
export async function respond(context: Context): Promise<PrincipalsAnswered> {
  const { run, finding } = context;
  const acted = finding ? actorsIn(finding) : [];
  if (!finding || acted.length === 0) return resultOf([], run.mode);
  return resultOf(await beginResponses(context, { run, finding }, candidatesAmong(acted)), run.mode);
}

export const handler = serveStep(respondForPrincipal, respond);
