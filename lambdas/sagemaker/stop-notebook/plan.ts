import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import type { Running } from './step.ts';

/** Runs, or is on its way there (SageMaker API reference, DescribeNotebookInstance). */
export const isUp = ({ state }: Running): boolean => state === 'InService' || state === 'Pending';
/** Stopped, or on its way there. */
export const isDown = ({ state }: Running): boolean => state === 'Stopped' || state === 'Stopping';

/** Stopped. What neither runs nor stands is changed by somebody, and SageMaker stops it only after that. */
export function planNotebook(before: Running): LeverPlan<Running> {
  if (isUp(before)) return { ours: { state: 'Stopped' } };
  if (before.state === 'Updating') return { refused: 'it is being changed: SageMaker stops it only once that is over' };
  return { nothing: before.state === 'gone' ? 'it is gone' : `it is ${before.state} already` };
}

/** What a comparison goes by: whether it runs, or is on its way there. */
export const compared = (power: Running): object => ({
  state: isUp(power) ? 'InService' : isDown(power) ? 'Stopped' : power.state,
});

/** Until it has stopped, what runs in it may still run. */
export const verdictOf = ({ state }: Running): Verdict =>
  ['Stopped', 'Failed', 'gone'].includes(state)
    ? { outcome: 'verified', seen: [state] }
    : { outcome: 'not-verified', because: `it is ${state}` };
