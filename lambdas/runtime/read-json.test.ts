import { expect, it } from 'vitest';
import { readJson } from './read-json.ts';

it('reads what JSON.parse reads', () => {
  for (const value of [null, 7, 'a 😀', ['x', { y: '\u0000' }], { deep: { er: [] } }])
    expect(readJson(JSON.stringify(value))).toEqual(value);
});

it.each([
  ['half of a character', '{"reason":"\\ud83d"}'],
  ['the other half', '["\\ude00 x"]'],
  ['half of one as a key', '{"\\ud83d":1}'],
  ['too many brackets', `${'['.repeat(90_000)}${']'.repeat(90_000)}`],
  ['no JSON', '{'],
])('takes %s for what cannot be read', (_, text) => {
  expect(() => readJson(text)).toThrow(SyntaxError);
});
