import { expect, test } from 'vitest';
import { planPause } from './plan.ts';

const region = 'eu-central-1';

test('an account that sends is paused; one that does not is left alone, so that the release never switches it on', () => {
  expect(planPause({ region }, { sending: 'on' })).toEqual({ ours: { sending: 'off' } });
  expect(planPause({ region }, { sending: 'off' })).toEqual({ nothing: expect.stringContaining(region) });
});
