import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { allBlocked } from '../bucket-facts.ts';
import type { PublicAccessBlock } from '../public-access-block/target.ts';
import type { AccountBlocked } from './step.ts';

/** All four flags on. */
export function planAccountBlock({ id }: PublicAccessBlock, { block }: AccountBlocked): LeverPlan<AccountBlocked> {
  if (block && Object.values(block).every(Boolean))
    return { nothing: `public access is already blocked in account ${id}` };
  return { ours: { block: allBlocked } };
}
