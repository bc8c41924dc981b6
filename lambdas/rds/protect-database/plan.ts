import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Protection } from './step.ts';

export const planProtection = (_target: unknown, { protection }: Protection): LeverPlan<Protection> =>
  protection === 'on' ? { nothing: 'it is protected from deletion already' } : { ours: { protection: 'on' } };
