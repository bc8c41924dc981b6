import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import { allBlocked } from '../bucket-facts.ts';
import { bucketOf, type Stored } from '../stored.ts';
import type { Blocked } from './step.ts';

/** The present state where the facts are fresh enough. */
export const beforeStateFrom = (target: Stored, now: string): Blocked | null =>
  isFresh(target, now) ? { block: target.block } : null;

/** All four flags on. */
export function planBlock(target: Stored, { block }: Blocked): LeverPlan<Blocked> {
  if (block && Object.values(block).every(Boolean))
    return { nothing: `public access to ${bucketOf(target)} is already blocked` };
  return { ours: { block: allBlocked } };
}
