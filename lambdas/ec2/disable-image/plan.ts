import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { nobody, type Owned, whyForeign } from '../shares.ts';
import type { ImageUse } from './step.ts';

/** Disabled, and so shared with nobody (EC2 API reference, DisableImage). */
export function planDisable(target: Owned, { state }: ImageUse): LeverPlan<ImageUse> {
  const refused = whyForeign(target);
  if (refused) return { refused };
  if (state === 'disabled') return { nothing: 'it is disabled already' };
  if (state !== 'available') return { refused: `it is ${state}, and only an image that is available can be disabled` };
  return { ours: { state: 'disabled', ...nobody } };
}
