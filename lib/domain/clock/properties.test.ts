import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Obligation, obligationsOf } from './engine.ts';
import { namesOfFacts } from './facts.ts';
import type { Fact } from './known.ts';
import { regimes } from './regimes.ts';

const names = namesOfFacts(regimes);
/** Ends of months, a leap day, holidays and both changes of the clock: what a uniform time rarely meets. */
const corners = ['2026-01-31', '2026-03-08', '2026-06-19', '2026-10-25', '2027-12-31', '2028-02-29'].map((day) =>
  Date.parse(`${day}T00:00:00Z`),
);
const minute = 60_000;
const anyTime = fc
  .tuple(fc.constantFrom(...corners), fc.integer({ min: -40 * 24 * 60, max: 40 * 24 * 60 }))
  .map(([corner, minutes]) => new Date(corner + minutes * minute).toISOString());
/** Most facts of an incident lie within a few days. */
const nearTime = fc
  .tuple(fc.constantFrom(...corners), fc.integer({ min: 0, max: 60 }))
  .map(([corner, hours]) => new Date(corner + hours * 60 * minute).toISOString());
const anyFact: fc.Arbitrary<Fact> = fc.record({ name: fc.constantFrom(...names), at: fc.oneof(anyTime, nearTime) });
/** The starts of DORA and what ends it, close together: the one regime with two. */
const doraFact: fc.Arbitrary<Fact> = fc.record({
  name: fc.constantFrom('aware', 'classified-major', 'reclassified', 'sent:dora/initial'),
  at: fc.integer({ min: 0, max: 60 }).map((hours) => new Date((corners[0] ?? 0) + hours * 60 * minute).toISOString()),
});
const anyFacts = fc.oneof(fc.array(anyFact, { maxLength: 12 }), fc.array(doraFact, { maxLength: 6 }));
const runs = { numRuns: 500 };

const at = (iso: string | null): number => (iso === null ? Number.POSITIVE_INFINITY : Date.parse(iso));
const byId = (facts: readonly Fact[], now: string): Map<string, Obligation> =>
  new Map(obligationsOf(regimes, facts, now).map((one) => [one.id, one]));

test('no fact that arrives makes a due time later or takes it away', () => {
  fc.assert(
    fc.property(anyFacts, fc.oneof(anyFact, doraFact), anyTime, (facts, arriving, now) => {
      const after = byId([...facts, arriving], now);
      for (const [id, { dueAt }] of byId(facts, now))
        expect(at(after.get(id)?.dueAt ?? null), id).toBeLessThanOrEqual(at(dueAt));
    }),
    runs,
  );
});

test('the same facts in any order, and told twice, give the same obligations', () => {
  const shuffled = anyFacts.chain((facts) =>
    fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length })),
  );
  fc.assert(
    fc.property(shuffled, anyTime, ([facts, other], now) => {
      expect(obligationsOf(regimes, [...other, ...facts], now)).toEqual(obligationsOf(regimes, facts, now));
    }),
    runs,
  );
});

test('nothing is due before it starts, a kinder time is later, and all of it is plain JSON', () => {
  fc.assert(
    fc.property(anyFacts, anyTime, (facts, now) => {
      const all = obligationsOf(regimes, facts, now);
      for (const { dueAt, start, kinder, id } of all) {
        if (start) expect(at(dueAt), id).toBeGreaterThanOrEqual(at(start.at));
        for (const one of kinder) if (one.dueAt) expect(at(one.dueAt), id).toBeGreaterThan(at(dueAt));
      }
      expect(JSON.parse(JSON.stringify(all))).toEqual(all);
    }),
    runs,
  );
});

test('a state is what the facts and the time make it', () => {
  fc.assert(
    fc.property(anyFacts, anyTime, (facts, now) => {
      for (const { state, dueAt, start, sentAt, regime, id } of obligationsOf(regimes, facts, now)) {
        expect(state === 'sent', id).toBe(sentAt !== null);
        if (state === 'watching') expect(start, id).toBeNull();
        if (state === 'overdue') expect(at(dueAt), id).toBeLessThanOrEqual(at(now));
        if (state === 'due-soon' || (state === 'running' && dueAt)) expect(at(dueAt), id).toBeGreaterThan(at(now));
        if (state === 'withdrawn')
          expect([regime, facts.map(({ name }) => name)]).toEqual(['dora', expect.arrayContaining(['reclassified'])]);
      }
    }),
    runs,
  );
});
