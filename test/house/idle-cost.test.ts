import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { full, plain } from './configurations.ts';
import { between } from './generate.ts';
import { costSentence, idleCost } from './idle-cost.ts';

test.each([
  ['by default', plain],
  ['with Slack and a member', full],
])('when nothing happens the hub costs at most five dollars a month, %s', (_, config) => {
  const { items, dollars } = idleCost(config);
  expect(items.map(({ count }) => count)).toEqual([4, 6, config.slack ? 1 : 0]);
  expect(dollars).toBeLessThanOrEqual(5);
});

test('README says what it costs; if not, run npm run generate', () => {
  const [path, content] = between('README.md', 'cost', costSentence());
  expect(readFileSync(path, 'utf8')).toBe(content);
});
