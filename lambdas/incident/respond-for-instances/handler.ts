import type { Image } from '../../ec2/image/target.ts';
import { madeOf } from '../../ec2/launched-from.ts';
import type { Snapshot } from '../../ec2/snapshot/target.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { beginResponses } from '../begin-responses.ts';
import { aboutLaunched, candidatesAmong, resultOf } from './plan.ts';
import { type InstancesAnswered, respondForInstances } from './step.ts';

type Context = Pick<StepContext<Snapshot | Image>, keyof Work | 'run' | 'finding' | 'session' | 'target'>;

/** Begins what answers for each instance that has the same disk. */
export async function respond(context: Context): Promise<InstancesAnswered> {
  const { run, finding, session, target } = context;
  const { instances } = await madeOf(target, session);
  if (!finding || instances.length === 0) return resultOf([], run.mode);
  const candidates = candidatesAmong(instances, target);
  return resultOf(await beginResponses(context, { run, finding: aboutLaunched(finding) }, candidates), run.mode);
}

export const handler = serveStep(respondForInstances, respond);
