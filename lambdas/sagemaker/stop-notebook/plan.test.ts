import { expect, test } from 'vitest';
import { compared, planNotebook, verdictOf } from './plan.ts';

test('what runs or starts is stopped; what does not is left alone, so that the release never starts it', () => {
  for (const state of ['InService', 'Pending']) expect(planNotebook({ state })).toEqual({ ours: { state: 'Stopped' } });
  for (const state of ['Stopped', 'Stopping', 'Failed', 'Deleting', 'gone'])
    expect(planNotebook({ state })).toEqual({ nothing: expect.stringMatching(/^it is /) });
  expect(planNotebook({ state: 'Updating' })).toEqual({ refused: expect.stringContaining('being changed') });
});

test('on its way it is compared as there; stopped it is only once it has', () => {
  expect(compared({ state: 'Pending' })).toEqual(compared({ state: 'InService' }));
  expect(compared({ state: 'Stopping' })).toEqual(compared({ state: 'Stopped' }));
  expect(compared({ state: 'Failed' })).not.toEqual(compared({ state: 'Stopped' }));
  expect(verdictOf({ state: 'Stopped' })).toMatchObject({ outcome: 'verified' });
  for (const state of ['Stopping', 'InService', 'Pending'])
    expect(verdictOf({ state })).toMatchObject({ outcome: 'not-verified' });
});
