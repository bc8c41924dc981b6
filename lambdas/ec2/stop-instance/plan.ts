import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { type Instance, whyNotStopped } from '../instance/target.ts';
import type { Power } from './step.ts';

/** On its way there, or there: nobody starts it before it has stopped. */
export const isDown = ({ state }: Pick<Power, 'state'>): boolean => state === 'stopping' || state === 'stopped';

/** Out of service: the group neither checks nor replaces it (Auto Scaling guide, "Temporarily remove instances"). */
const outOfService = ['Standby', 'EnteringStandby'];

/** Stopped, and protected from it as it was. */
export function planStop(target: Instance, before: Power): LeverPlan<Power> {
  const refused = whyNotStopped(target);
  if (refused) return { refused };
  if (isDown(before)) return { nothing: `the instance is ${before.state} already` };
  if (before.state !== 'running') return { refused: `it is ${before.state}; only a running instance can be stopped` };
  const { group } = before;
  if (group && !outOfService.includes(group.lifecycle))
    return {
      refused: `${group.name} would terminate and replace it as unhealthy once it is stopped: put it on standby first`,
    };
  return { ours: { ...before, state: 'stopped' } };
}

/** What a comparison goes by: whether it runs. On its way to a stop it is stopped; on its way up it does not run yet. */
export const compared = ({ state }: Power): object => ({ state: state === 'stopping' ? 'stopped' : state });

/** Stopped is what reads back as stopped: until then its processes may still run, and its flows live. */
export function verdictOf({ state }: Power): Verdict {
  if (state === 'stopped') return { outcome: 'verified', seen: ['stopped'] };
  return { outcome: 'not-verified', because: `it is ${state}` };
}
