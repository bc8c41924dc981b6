import { tell } from '../../runtime/channels.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Person } from '../person/target.ts';
import { providerTask } from './message.ts';
import { type ProviderTaskFiled, taskIdentityProvider } from './step.ts';

export async function file(context: StepContext<Person>): Promise<ProviderTaskFiled> {
  const { target, run } = context;
  if (run.mode === 'observe') return { outcome: 'would-file' };
  await tell(context, providerTask(target, run.incident), { incident: run.incident });
  return { outcome: 'filed' };
}

export const handler = serveStep(taskIdentityProvider, file);
