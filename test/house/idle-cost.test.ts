import { expect, test } from 'vitest';
import { idleCost } from './idle-cost.ts';
import { full, plain } from './template.ts';

test.each([
  ['by default', plain],
  ['with Slack and a member', full],
])('when nothing happens the hub costs at most five dollars a month, %s', (_, config) => {
  const { items, dollars } = idleCost(config);
  expect(items.map(({ count }) => count)).toEqual([4, 6, config.slack ? 1 : 0]);
  expect(dollars).toBeLessThanOrEqual(5);
});
