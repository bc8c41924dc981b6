import { startedResources } from '../../iam/principal-changes.ts';
import type { RoleSession } from '../../iam/role-session/target.ts';
import type { User } from '../../iam/user/target.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { beginResponses } from '../begin-responses.ts';
import { aboutStarted, candidatesAmong, resultOf } from './plan.ts';
import { respondForStarted, type StartedAnswered } from './step.ts';

type Context = Pick<StepContext<User | RoleSession>, keyof Work | 'run' | 'finding' | 'session' | 'target'>;

/** Begins what answers for each instance and notebook that the principal started. */
export async function respond(context: Context): Promise<StartedAnswered> {
  const { run, finding, target } = context;
  const found = await startedResources(context);
  if (!finding || [...found.started, ...found.notebooks].length === 0) return resultOf([], found, run.mode);
  const about = { run, finding: aboutStarted(finding) };
  const answered = await beginResponses(context, about, candidatesAmong(found, target.account));
  return resultOf(answered, found, run.mode);
}

export const handler = serveStep(respondForStarted, respond);
