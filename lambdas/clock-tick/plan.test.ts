import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obligationOf, remindersOf } from '../../lib/domain/obligation.ts';
import { reminderMessage } from './message.ts';
import { tickOf } from './plan.ts';

const start = '2026-11-21T10:00:00.000Z';
const obligation = obligationOf('dfars', start);
const hoursAfter = (hours: number): string => new Date(Date.parse(start) + hours * 3_600_000).toISOString();

describe('tickOf', () => {
  it('never goes silent on a running obligation that is overdue, whichever timer fires', () => {
    const names = fc.constantFrom(...remindersOf(obligation).map(({ name }) => name));
    fc.assert(
      fc.property(names, fc.integer({ min: 72, max: 10_000 }), (name, hours) => {
        expect(tickOf(obligation, name, hoursAfter(hours))).toEqual({ tell: 'overdue' });
      }),
    );
  });

  it('reminds at its time, and late as well', () => {
    expect(tickOf(obligation, 'at-50', hoursAfter(36))).toEqual({ tell: 'reminder' });
    expect(tickOf(obligation, 'at-50', hoursAfter(50))).toEqual({ tell: 'reminder' });
  });

  it('is silent, with a reason, when there is nothing to remind of', () => {
    expect(tickOf(null, 'due', start)).toEqual({ silent: 'there is no such obligation' });
    expect(tickOf({ ...obligation, state: 'sent' }, 'due', hoursAfter(80))).toEqual({
      silent: 'the obligation is sent',
    });
    expect(tickOf(obligation, 'at-50', hoursAfter(1))).toHaveProperty('silent');
    expect(tickOf(obligation, 'at-99', hoursAfter(1))).toHaveProperty('silent');
  });
});

describe('reminderMessage', () => {
  const reminding = {
    incident: 'inc-1',
    obligation,
    reminder: 'minus-4h',
    draft: 's3://v/d.md',
    resource: 'arn',
  } as const;

  it('says what is due, how long is left, where the draft lies, and that a person files it', () => {
    const { text, blocks } = reminderMessage({ ...reminding, now: hoursAfter(68) });
    expect(text).toContain('due in 4 h 0 min');
    expect(text).toContain('A person files it.');
    expect(JSON.stringify(blocks)).toContain('s3://v/d.md');
    expect(JSON.stringify(blocks)).toContain('sends nothing to any authority');
  });

  it('tells the truth when it comes late, and without a draft', () => {
    const late = reminderMessage({ ...reminding, draft: null, now: hoursAfter(75.5) });
    expect(late.text).toContain('🔴 OVERDUE');
    expect(late.text).toContain(`overdue since ${obligation.dueAt}, by 3 h 30 min`);
    expect(JSON.stringify(late.blocks)).toContain('There is no draft on record yet');
  });
});
