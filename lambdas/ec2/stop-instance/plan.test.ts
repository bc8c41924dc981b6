import { describe, expect, it } from 'vitest';
import { kindOf } from '../../targets/target.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import { compared, planStop, verdictOf } from './plan.ts';
import type { Power } from './step.ts';

const target: Instance = { ...anyInstance({ partition: 'aws', account: '111122223333' }), id: 'i-0123456789abcdef0' };
const running: Power = { state: 'running', stopProtection: true, hibernates: false, group: null };
const standby = { name: 'shop', lifecycle: 'Standby' };

describe('stopping', () => {
  it('leaves everything else as it was', () => {
    expect(planStop(target, running)).toEqual({ ours: { ...running, state: 'stopped' } });
    expect(planStop(target, { ...running, group: standby })).toEqual({
      ours: { ...running, group: standby, state: 'stopped' },
    });
  });

  it.each(['stopping', 'stopped'])(
    'has nothing to do with what is %s, so that nobody starts it at release',
    (state) => {
      expect(planStop(target, { ...running, state })).toEqual({ nothing: `the instance is ${state} already` });
    },
  );

  it.each(['pending', 'shutting-down', 'terminated', 'gone'])('refuses what is %s', (state) => {
    expect(planStop(target, { ...running, state })).toEqual({ refused: expect.stringContaining(`it is ${state}`) });
  });

  it.each(['InService', 'Pending', 'Warmed:Running'])(
    'refuses what its group would terminate then (%s)',
    (lifecycle) => {
      const refused = expect.stringContaining('shop would terminate and replace it');
      expect(planStop(target, { ...running, group: { name: 'shop', lifecycle } })).toEqual({ refused });
    },
  );

  it.each([
    [{ unstoppable: 'spot' as const }, 'Spot Instance'],
    [{ unstoppable: 'instance-store' as const }, 'boots from instance store'],
    [{ managedBy: 'eks.amazonaws.com' }, 'eks.amazonaws.com runs this instance'],
  ])('what AWS does not stop is said before anybody is asked: %o', (fact, words) => {
    const one = { ...target, ...fact };
    expect(planStop(one, running)).toEqual({ refused: expect.stringContaining(words) });
    expect(kindOf(one).refuses?.(one)).toMatchObject({
      levers: expect.arrayContaining(['stop-instance']),
      because: expect.stringContaining(words),
    });
  });

  it('takes nothing else from what only cannot be stopped', () => {
    const spot = { ...target, unstoppable: 'spot' as const };
    expect(kindOf(spot).refuses?.(spot)?.levers).toEqual(['stop-instance']);
    expect(kindOf(target).refuses?.(target)).toBeNull();
  });
});

it('is verified when it has stopped, and not while its guest may still be at work', () => {
  expect(verdictOf({ ...running, state: 'stopped' }).outcome).toBe('verified');
  for (const state of ['stopping', 'running', 'pending'])
    expect(verdictOf({ ...running, state })).toEqual({ outcome: 'not-verified', because: `it is ${state}` });
});

it('on its way down is no change by somebody else, and on its way up it does not run yet', () => {
  expect(compared({ ...running, state: 'stopping' })).toEqual(compared({ ...running, state: 'stopped' }));
  expect(compared({ ...running, state: 'pending' })).not.toEqual(compared(running));
  expect(compared({ ...running, stopProtection: false, group: standby })).toEqual(compared(running));
});
