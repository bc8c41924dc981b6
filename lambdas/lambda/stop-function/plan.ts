import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type LambdaFunction, whyReplica } from '../lambda-function/target.ts';
import type { Concurrency } from './step.ts';

/** No concurrency at all: 0 takes nothing from what the account keeps unreserved, so that Lambda never refuses it. */
export function planStop(target: LambdaFunction, { reserved }: Concurrency): LeverPlan<Concurrency> {
  const refused = whyReplica(target);
  if (refused) return { refused };
  return reserved === 0 ? { nothing: 'its reserved concurrency is 0 already' } : { ours: { reserved: 0 } };
}
