import { expect, test } from 'vitest';
import { aliasSentences } from './plan.ts';

const since = '2026-11-30T08:00:00.000Z';
const versions = { 1: '2026-11-20T10:00:00.000Z', 2: '2026-11-30T08:30:00.000Z' };

test('whoever is asked sees which version is taken for good, and from when it is', () => {
  const aliases = {
    live: { version: '2', weights: { 1: 0.1 } },
    test: { version: '1', weights: {} },
  };
  expect(aliasSentences({ aliases, versions }, since)).toEqual([
    `Alias live runs version 2 of ${versions[2]}, 10 % version 1 of ${versions[1]}; it would run version 1 of ${versions[1]}, the newest from before the first sign (${since})`,
    `Alias test stays on version 1 of ${versions[1]}, from before the first sign`,
  ]);
});

test('where there is none, the alias stays, and that is said', () => {
  const aliases = { live: { version: '2', weights: {} } };
  expect(aliasSentences({ aliases, versions: { 2: versions[2] } }, since).join()).toMatch(
    /stays: no published version is from before the first sign/,
  );
});
