import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { AnyDatabase } from '../database.ts';
import type { Protection } from './step.ts';

export function planProtection(
  { id, cluster, instances }: Pick<AnyDatabase, 'id' | 'cluster' | 'instances'>,
  { protection }: Protection,
): LeverPlan<Protection> {
  if (cluster === null && instances.length === 0)
    return { refused: `${id} could not be found: if it is there, set its deletion protection by hand` };
  return protection === 'on' ? { nothing: 'it is protected from deletion already' } : { ours: { protection: 'on' } };
}
