import { describe, expect, test } from 'vitest';
import { contradictionsIn } from './contradictions.ts';
import { factFrom, futureAmong, namesOfFacts, timeFrom, unusedAmong } from './facts.ts';
import type { Fact } from './known.ts';
import type { Regime } from './regime.ts';
import { regimeNamed } from './regimes.ts';

function named(...names: readonly string[]): Regime[] {
  return names.flatMap((name) => {
    const read = regimeNamed(name);
    return 'regime' in read ? [read.regime] : [];
  });
}
const [dfars, both, nis2] = [named('dfars'), named('dfars', 'dora'), named('nis2')];

describe('a time', () => {
  test.for([
    ['2026-11-20T14:30Z', '2026-11-20T14:30:00.000Z'],
    ['2026-11-20T14:30:15Z', '2026-11-20T14:30:15.000Z'],
    ['2026-11-20T14:30:15.1239Z', '2026-11-20T14:30:15.123Z'],
    ['2026-11-20T14:30+01:00', '2026-11-20T13:30:00.000Z'],
    ['2026-11-20T23:30-0500', '2026-11-21T04:30:00.000Z'],
    ['2026-11-20t14:30z', '2026-11-20T14:30:00.000Z'],
    ['2028-02-29T00:00Z', '2028-02-29T00:00:00.000Z'],
  ] as const)('%s', ([typed, at]) => {
    expect(timeFrom(typed)).toEqual({ at });
  });

  test.for([
    ['2026-11-20', 'a day without an hour'],
    ['2026-11-20T14:30', 'has no zone'],
    ['2026-11-20 14:30', 'has no zone'],
    ['2026-11-20T14:30:00.5', 'has no zone'],
    ['2026-11-20 14:30Z', 'is not a time'],
    ['2026-11-20T14Z', 'is not a time'],
    ['2026-11-20T14:30Z[UTC]', 'is not a time'],
    ['0026-11-20T14:30Z', 'is not a time'],
    ['20226-11-20T14:30Z', 'is not a time'],
    ['yesterday', 'is not a time'],
    ['1763649000', 'is not a time'],
    ['', 'is not a time'],
    ['2026-02-30T10:00Z', 'does not exist'],
    ['2027-02-29T10:00Z', 'does not exist'],
    ['2026-11-20T24:00Z', 'does not exist'],
    ['2026-13-01T10:00Z', 'does not exist'],
    ['2026-11-20T10:00+25:00', 'does not exist'],
  ] as const)('%s: %s', ([typed, fault]) => {
    expect(timeFrom(typed)).toEqual({ fault: expect.stringContaining(fault) });
  });
});

describe('a fact', () => {
  test('is a name and a time; reports go by their name, or by regime and name', () => {
    const at = '2026-11-20T14:30:00.000Z';
    for (const name of ['discovered', 'sent:initial', 'sent:dora/initial'])
      expect(factFrom(`${name}=2026-11-20T14:30Z`, both)).toEqual({ fact: { name, at } });
    expect(namesOfFacts(dfars)).not.toContain('sent:images-kept-until');
  });

  test.for([
    ['awaer=2026-11-20T14:30Z', 'did you mean "aware"?'],
    ['sent:intial=2026-11-20T14:30Z', 'did you mean "sent:initial"?'],
    ['sent:nis2/final=2026-11-20T14:30Z', 'no fact "sent:nis2/final"'],
    ['sent:images-kept-until=2026-11-20T14:30Z', 'There are discovered, '],
    ['contained=2026-11-20T14:30Z', 'no fact "contained"'],
    ['aware', '"aware" has no time'],
    ['aware=', 'aware: "" is not a time'],
    ['aware=2026-11-20', 'aware: "2026-11-20" is a day'],
    ['=2026-11-20T14:30Z', 'no fact ""'],
  ] as const)('%s: %s', ([typed, fault]) => {
    expect(factFrom(typed, both)).toEqual({ fault: expect.stringContaining(fault) });
  });
});

const factsOf = (words: string, regimes: readonly Regime[]): Fact[] =>
  words.split(' ').flatMap((word) => {
    const read = factFrom(word, regimes);
    return 'fact' in read ? [read.fact] : [];
  });

describe('what cannot be true together', () => {
  test.for([
    [
      'sent before its start',
      dfars,
      'discovered=2026-11-20T10:00Z sent:initial=2026-11-20T09:59Z',
      /^sent:initial \(2026-11-20T09:59:00Z\) is before what dfars\/initial starts with, discovered \(2026-11-20T10:00:00Z\)/,
    ],
    [
      'sent before the report it follows',
      nis2,
      'sent:notification=2026-11-20T10:00Z sent:final=2026-11-19T10:00Z',
      /sent:final .* before what nis2\/final starts with, sent:notification/,
    ],
    [
      'sent before anything was known',
      nis2,
      'aware=2026-11-20T10:00Z sent:final=2026-11-19T10:00Z',
      /sent:final .* earliest fact, aware \(2026-11-20T10:00:00Z\)/,
    ],
    [
      'one word for two reports, true of one',
      both,
      'discovered=2026-11-20T10:00Z sent:initial=2026-11-20T11:00Z',
      /ambiguous: dora\/initial is waiting for classified-major; write sent:dfars\/initial/,
    ],
    [
      'one word for two reports, too early for one',
      both,
      'discovered=2026-11-20T10:00Z classified-major=2026-11-20T12:00Z sent:initial=2026-11-20T11:00Z',
      /ambiguous: dora\/initial started only with classified-major \(2026-11-20T12:00:00Z\)/,
    ],
  ] as const)('%s', ([, regimes, words, expected]) => {
    expect(contradictionsIn(regimes, factsOf(words, regimes))).toEqual([expect.stringMatching(expected)]);
  });

  test.for([
    ['sent at the start', dfars, 'discovered=2026-11-20T10:00Z sent:initial=2026-11-20T10:00Z'],
    ['told in the other order', dfars, 'sent:initial=2026-11-20T11:00Z discovered=2026-11-20T10:00Z'],
    ['sent, and the start unknown', nis2, 'sent:notification=2026-11-20T10:00Z'],
    ['fixed after the notification', named('cra'), 'sent:notification=2026-11-20T10:00Z fixed=2026-11-25T10:00Z'],
    [
      'final before the fix',
      named('cra'),
      'sent:notification=2026-11-20T10:00Z sent:final=2026-11-21T10:00Z fixed=2026-11-25T10:00Z',
    ],
    [
      'one word for two reports, true of both',
      both,
      'discovered=2026-11-20T10:00Z classified-major=2026-11-20T10:30Z sent:initial=2026-11-20T11:00Z',
    ],
    ['one word for two reports, both waiting', both, 'sent:initial=2026-11-20T11:00Z'],
    ['the regime said', both, 'discovered=2026-11-20T10:00Z sent:dfars/initial=2026-11-20T11:00Z'],
  ] as const)('but not: %s', ([, regimes, words]) => {
    expect(contradictionsIn(regimes, factsOf(words, regimes))).toEqual([]);
  });
});

test('a future fact is told, so that a live incident can refuse it', () => {
  const facts = factsOf('discovered=2026-11-20T10:00Z aware=2026-11-20T12:00:01Z', dfars);
  expect(futureAmong(facts, '2026-11-20T12:00:00Z')).toEqual([expect.stringMatching(/^aware .* future/)]);
  expect(futureAmong(facts, '2026-11-20T12:00:01Z')).toEqual([]);
});

test('a fact that moves no clock is told', () => {
  const words = 'discovered=2026-11-20T10:00Z aware=2026-11-20T10:00Z handling-ended=2026-11-20T10:00Z';
  expect(unusedAmong(dfars, factsOf(words, dfars))).toEqual(['aware', 'handling-ended']);
  expect(unusedAmong(nis2, factsOf(words, nis2))).toEqual(['discovered']);
  const later = 'aware=2026-11-20T10:00Z reclassified=2026-11-20T10:00Z sent:initial=2026-11-20T10:00Z';
  expect(unusedAmong(both, factsOf(later, both))).toEqual([]);
});
