import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obligationOf, RegimeName, remindersOf } from '../../lib/domain/obligation.ts';
import { alarmsOf, expression, nameLimit, scheduleName } from './plan.ts';

const start = '2026-11-21T10:00:00.123Z';

describe('scheduleName', () => {
  it('fits EventBridge Scheduler, whatever it reminds of, and stays the same', () => {
    const word = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(word, word, word, word, (incident, regime, report, reminder) => {
        const name = scheduleName(incident, regime, report, reminder);
        expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
        expect(scheduleName(incident, regime, report, reminder)).toBe(name);
      }),
    );
  });

  it('keeps two long names apart that begin alike', () => {
    const long = 'x'.repeat(nameLimit);
    expect(scheduleName('inc-1', long, 'initial', 'due')).not.toBe(scheduleName('inc-1', long, 'initial', 'at-50'));
  });

  it('is readable for what we remind of today', () => {
    expect(scheduleName('inc-0123456789ab', 'cisa-voluntary', 'initial', 'minus-4h')).toBe(
      'inc-0123456789ab-cisa-voluntary-initial-minus-4h',
    );
  });
});

describe('alarmsOf', () => {
  it('sets every reminder still to come, and never one before its time', () => {
    const hours = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.constantFrom(...RegimeName.options), hours, (regime, passed) => {
        const obligation = obligationOf(regime, start);
        const now = new Date(Date.parse(start) + passed * 3_600_000).toISOString();
        const alarms = alarmsOf('inc-1', obligation, now);
        const due = new Map(remindersOf(obligation).map(({ name, at }) => [name as string, at]));
        for (const { at, input } of alarms) {
          expect(at > now).toBe(true);
          expect(at >= (due.get(input.reminder) ?? '')).toBe(true);
        }
        const coming = [...due.values()].filter((at) => at > now);
        expect(alarms.length).toBeGreaterThanOrEqual(coming.length);
      }),
    );
  });

  it('sets none for what has been sent', () => {
    expect(alarmsOf('inc-1', { ...obligationOf('dfars', start), state: 'sent' }, start)).toEqual([]);
  });

  it('writes whole seconds, without a zone', () => {
    const last = alarmsOf('inc-1', obligationOf('dfars', start), start).at(-1);
    expect(expression(last?.at ?? '')).toBe('at(2026-11-24T10:00:01)');
  });
});
