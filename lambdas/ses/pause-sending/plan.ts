import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Sender } from '../sender.ts';
import type { Sending } from './step.ts';

/** Off, in the Region of the finding. */
export const planPause = ({ region }: Pick<Sender, 'region'>, { sending }: Sending): LeverPlan<Sending> =>
  sending === 'on' ? { ours: { sending: 'off' } } : { nothing: `the account sends no mail in ${region} anyway` };
