import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { obligationsOf } from './engine.ts';
import { factNames } from './regime.ts';
import { regimeNamed, regimes, unverified } from './regimes.ts';

test('every file is a regime with its line in every-regime.ts, and every regime a file of its name', () => {
  const files = readdirSync(join(import.meta.dirname, 'regimes')).map((file) => file.replace(/\.ts$/, ''));
  expect([...regimes, ...unverified].map(({ name }) => name).toSorted()).toEqual(files.toSorted());
});

describe.for(regimes.map((one) => [one.name, one] as const))('%s', ([, regime]) => {
  test('names its sources and the day they were read', () => {
    expect(regime.verified).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(regime.url).toMatch(/^https:\/\/[\w.-]+\/\S+$/);
    for (const { source } of [regime, ...Object.values(regime.reports)]) expect(source).toMatch(/\S/);
  });

  test('starts with facts there are, or with reports of its own that come before', () => {
    const entries = Object.entries(regime.reports);
    for (const [at, [, { rules }]] of entries.entries()) {
      const earlier = entries.slice(0, at).map(([name]) => `sent:${name}`);
      const known: readonly string[] = [...factNames, ...earlier];
      for (const { after, atLatest } of rules)
        expect(known).toEqual(expect.arrayContaining([after, atLatest?.after ?? after]));
    }
  });
});

test('every report is watched until a fact starts it', () => {
  const reports = regimes.flatMap(({ name, reports }) => Object.keys(reports).map((report) => `${name}/${report}`));
  const watched = obligationsOf(regimes, [], '2026-11-21T00:00:00Z').filter(({ state }) => state === 'watching');
  expect(watched.map(({ id }) => id)).toEqual(reports);
});

test('what nobody has checked is disabled, and says so', () => {
  for (const { name, verified } of unverified) {
    expect(verified).toBeNull();
    expect(regimeNamed(name)).toEqual({ fault: expect.stringMatching(/is disabled: nobody has checked it/) });
  }
});

test('an unknown name gets the nearest, or all there are', () => {
  expect(regimeNamed('drofa')).toEqual({ fault: expect.stringContaining('did you mean "dora"?') });
  expect(regimeNamed('nydsf')).toEqual({ fault: expect.stringContaining('did you mean "nydfs"?') });
  expect(regimeNamed('quantum')).toEqual({
    fault: expect.stringContaining(`There are ${regimes.map(({ name }) => name).join(', ')}.`),
  });
  expect(regimeNamed('toString')).toEqual({ fault: expect.stringContaining('There is no regime "toString"') });
});
