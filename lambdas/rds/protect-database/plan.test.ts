import { expect, test } from 'vitest';
import { planProtection } from './plan.ts';

const orders = { id: 'orders', cluster: null, instances: ['orders'] };

test('a database is protected, unless it is already', () => {
  expect(planProtection(orders, { protection: 'off' })).toEqual({ ours: { protection: 'on' } });
  expect(planProtection(orders, { protection: 'on' })).toHaveProperty('nothing');
  const cluster = { ...orders, cluster: 'orders', instances: [] };
  expect(planProtection(cluster, { protection: 'off' })).toEqual({ ours: { protection: 'on' } });
});

test('one that is not there is never asked for: no right names it, and the call would be denied', () => {
  expect(planProtection({ ...orders, instances: [] }, { protection: 'off' })).toHaveProperty('refused');
});
