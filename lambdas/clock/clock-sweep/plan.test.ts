import { describe, expect, it } from 'vitest';
import { differenceOf, pageOf } from './plan.ts';

const wanted = (schedule: string) => ({ incident: 'inc-1', obligation: 'dfars/initial', schedule });

describe('differenceOf', () => {
  it('tells clocks that are not set from schedules that have rung their last, and from those of nobody', () => {
    const known = new Set(['a', 'b', 'sent']);
    expect(differenceOf(['a', 'sent', 'stray'], known, [wanted('a'), wanted('b')])).toEqual({
      missing: [wanted('b')],
      done: ['sent'],
      orphans: ['stray'],
    });
  });

  it('finds nothing where all is as it should be', () => {
    expect(differenceOf(['a'], new Set(['a', 'watching']), [wanted('a')])).toEqual({
      missing: [],
      done: [],
      orphans: [],
    });
  });
});

describe('pageOf', () => {
  const calm = { incidents: 3, repaired: [], orphans: [], broken: [], failed: [] };

  it('wakes nobody without a reason', () => {
    expect(pageOf(calm)).toBeNull();
  });

  it('names everything that was mended or found, the worst first', () => {
    const page = pageOf({
      ...calm,
      repaired: ['inc-1 dfars/initial'],
      orphans: ['stray'],
      failed: ['inc-2: denied'],
      broken: ['inc-3 is broken: entry 2 was changed'],
    });
    expect(page?.subject).toBe(
      'Daily check: 1 broken ledgers, 1 clocks set again, 1 orphaned schedules deleted, 1 failures',
    );
    const order = ['inc-3 is broken: entry 2 was changed', 'inc-1 dfars/initial', 'stray', 'inc-2: denied'];
    const places = order.map((words) => page?.text.indexOf(words) ?? -1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});
