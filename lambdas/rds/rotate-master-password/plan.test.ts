import { expect, test } from 'vitest';
import { isShown, removalFrom } from './plan.ts';

const orders = { id: 'orders', cluster: null };

test('only the password that people were shown as the current one is changed', () => {
  expect(isShown({ version: 'v1' }, { version: 'v1' })).toBe(true);
  for (const [seen, shown] of [
    ['v2', 'v1'],
    [null, 'v1'],
    ['v1', null],
    [null, null],
  ] as const)
    expect(isShown({ version: seen }, { version: shown })).toBe(false);
});

test('what came of it is said', () => {
  expect(removalFrom(orders, 'rotated')).toMatchObject({
    outcome: 'removed',
    removed: ['the password of the master user of orders as it was'],
  });
  const ofCluster = { id: 'shop-1', cluster: 'shop' };
  expect(removalFrom(ofCluster, 'another version is current')).toMatchObject({
    outcome: 'nothing-left',
    left: ['the password of the master user of shop as it was: it was changed since it was shown'],
  });
  expect(removalFrom(orders, { error: 'AccessDeniedException: no' })).toMatchObject({
    outcome: 'partly-removed',
    failed: [{ error: 'AccessDeniedException: no' }],
  });
});
