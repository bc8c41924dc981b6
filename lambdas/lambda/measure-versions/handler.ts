import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { codeOf } from '../aliases.ts';
import type { LambdaFunction } from '../lambda-function/target.ts';
import { aliasSentences, choice } from './plan.ts';
import { measureVersions } from './step.ts';

type Looking = Pick<StepContext<LambdaFunction>, 'target' | 'session'>;

async function aliases({ target: { id, since }, session }: Looking): Promise<string[]> {
  if (since === null) return ['The finding does not say when it began'];
  return [...aliasSentences(await codeOf(session, id), since), choice];
}

export const handler = serveStep(measureVersions, (looking) => measured({ 'What its aliases run': aliases }, looking));
