import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type LambdaFunction, whyReplica } from '../lambda-function/target.ts';
import type { Concurrency } from './step.ts';

const none: Concurrency = { reserved: 0, provisioned: {} };

/** No concurrency at all: 0 takes nothing from what the account keeps unreserved. */
export function planStop(target: LambdaFunction, before: Concurrency): LeverPlan<Concurrency> {
  const refused = whyReplica(target);
  if (refused) return { refused };
  return differences(before, none).length > 0 ? { ours: none } : { nothing: 'its reserved concurrency is 0 already' };
}

/** A version or an alias, and what is to be provisioned for it; 0: nothing. */
export type Provision = readonly [qualifier: string, count: number];

/** What is to be less than now, and what more. */
export function provisions({ provisioned: from }: Concurrency, { provisioned: to }: Concurrency) {
  const wanted = [...new Set([...Object.keys(from), ...Object.keys(to)])].map((one): Provision => [one, to[one] ?? 0]);
  return {
    less: wanted.filter(([one, count]) => count < (from[one] ?? 0)),
    more: wanted.filter(([one, count]) => count > (from[one] ?? 0)),
  };
}
