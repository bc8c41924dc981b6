import { expect, it } from 'vitest';
import { climbsAfter } from './patience.ts';

it.each([
  ['critical', 300],
  ['high', 600],
  ['medium', 900],
  ['low', 900],
  ['informational', 900],
  [null, 900],
] as const)('a question about a finding of severity %s climbs after %i of 900 seconds', (severity, seconds) => {
  expect(climbsAfter(900, severity)).toBe(seconds);
});
