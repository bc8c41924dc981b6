import fc from 'fast-check';
import { expect, test } from 'vitest';
import { legible, legibleIn } from './legible.ts';

test.for<[string, string]>([
  ['\u001b[2Jwiped', '␛[2Jwiped'],
  ['a\u0000b\u007fc', 'a␀b␡c'],
  ['one\r\ntwo\tthree', 'one␍␊two␉three'],
  ['\u009b31m', '[U+009B]31m'],
  ['invoice\u202efdp.exe', 'invoice[U+202E]fdp.exe'],
  ['\u2066\u2069\u200e\u200f\u061c', '[U+2066][U+2069][U+200E][U+200F][U+061C]'],
  ['pay\u200bpal \u00ad\ufeff', 'pay[U+200B]pal [U+00AD][U+FEFF]'],
  ['lines\u2028and\u2029paragraphs', 'lines[U+2028]and[U+2029]paragraphs'],
  ['half \ud800 of a pair', 'half [U+D800] of a pair'],
  ['tag \u{e0041}', 'tag [U+E0041]'],
  ['filler \u3164', 'filler [U+3164]'],
  ['Überweisung, עברית, 日本語, 🔥, ❤️', 'Überweisung, עברית, 日本語, 🔥, ❤️'],
])('%j reads as %s', ([text, expected]) => {
  expect(legible(text)).toBe(expected);
});

test('whatever the text, nothing invisible is left of it, and all that was visible stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = legible(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(legible(shown)).toBe(shown);
    }),
  );
});

test('texts are found wherever they are in a value; all else stays as it is', () => {
  const value = { 'k\u202e': ['\u001b', 1, null, { deep: '\u0007' }], on: true };
  expect(legibleIn(value)).toEqual({ 'k[U+202E]': ['␛', 1, null, { deep: '␇' }], on: true });
});
