import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareThreeWay, differences, describe as inWords } from './before-state.ts';

const state = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(fc.constant(null), fc.array(fc.constantFrom('x', 'y'))),
);

describe('differences', () => {
  it('is empty for equal states, whatever the order of keys', () => {
    expect(differences({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toEqual([]);
  });

  it('tells "none" from "not there" and from an empty list', () => {
    expect(differences({ a: null }, {})).toHaveLength(1);
    expect(differences({ a: [] }, { a: null })).toHaveLength(1);
  });

  it('names each leaf that differs', () => {
    const [one] = differences({ interfaces: { 'eni-1': ['sg-a'] } }, { interfaces: { 'eni-1': ['sg-b'] } });
    expect(one && inWords(one)).toBe('interfaces.eni-1: was ["sg-a"], is ["sg-b"]');
  });

  it('is empty exactly when the states are the same', () => {
    fc.assert(fc.property(state, (one) => differences(one, structuredClone(one)).length === 0));
  });
});

describe('compareThreeWay', () => {
  it('puts back what is still ours, and asks about the rest', () => {
    const before = { a: ['x'], b: ['x'], c: ['x'] };
    const ours = { a: ['jail'], b: ['jail'], c: ['jail'] };
    const { toPutBack, changedMeanwhile } = compareThreeWay(before, ours, { a: ['jail'], b: ['other'], c: ['x'] });
    expect(toPutBack.map(({ path }) => path)).toEqual(['a']);
    expect(changedMeanwhile.map(({ path }) => path)).toEqual(['b']);
  });

  it('asks about what somebody put where we left nothing, and took from where we put something', () => {
    const [entry, other] = [{ groups: ['deployers'] }, { groups: ['readers'] }];
    const asked = compareThreeWay({ entry }, { entry: null }, { entry: other });
    expect(asked).toMatchObject({ toPutBack: [], changedMeanwhile: [{ path: 'entry.groups' }] });
    const taken = compareThreeWay({ entry: null }, { entry }, { entry: other });
    expect(taken).toMatchObject({ toPutBack: [], changedMeanwhile: [{ path: 'entry' }] });
    expect(compareThreeWay(entry, null, other)).toMatchObject({
      toPutBack: [],
      changedMeanwhile: [{ path: 'groups' }],
    });
  });

  it('finds nothing to ask where everything is ours, and nothing at all where everything is as before', () => {
    fc.assert(
      fc.property(state, state, (before, ours) => {
        expect(compareThreeWay(before, ours, ours).changedMeanwhile).toEqual([]);
        expect(compareThreeWay(before, ours, before)).toEqual({ toPutBack: [], changedMeanwhile: [] });
      }),
    );
  });

  it('accounts for every difference, once', () => {
    fc.assert(
      fc.property(state, state, state, (before, ours, now) => {
        const { toPutBack, changedMeanwhile } = compareThreeWay(before, ours, now);
        expect(toPutBack.length + changedMeanwhile.length).toBe(differences(before, now).length);
      }),
    );
  });
});
