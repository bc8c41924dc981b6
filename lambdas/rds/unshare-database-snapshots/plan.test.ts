import { expect, it } from 'vitest';
import { edits, planUnsharing } from './plan.ts';

const before = { shared: { weekly: ['111122223333', 'all'], monthly: [] } };
const ours = { shared: { weekly: [], monthly: [] } };

it('shares with nobody what is shared, and has nothing to do twice', () => {
  expect(planUnsharing(null, before)).toEqual({ ours });
  expect(planUnsharing(null, ours)).toHaveProperty('nothing');
  expect(planUnsharing(null, { shared: {} })).toHaveProperty('nothing');
});

it('changes what differs, both ways, of the snapshots that are there', () => {
  expect(edits(before, ours)).toEqual([{ name: 'weekly', add: [], remove: ['111122223333', 'all'] }]);
  expect(edits(ours, before)).toEqual([{ name: 'weekly', add: ['111122223333', 'all'], remove: [] }]);
  expect(edits({ shared: { weekly: ['555566667777'] } }, before)).toEqual([
    { name: 'weekly', add: ['111122223333', 'all'], remove: ['555566667777'] },
  ]);
  expect(edits({ shared: {} }, before)).toEqual([]);
});
