import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingFacts } from '../../../lib/domain/clock/incident-fact.ts';
import { clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import { isTimed, type Obligation, type Timed } from '../../../lib/domain/clock/obligation.ts';
import { reminderMessage } from './message.ts';
import { tickOf } from './plan.ts';

const start = '2026-11-21T10:00:00.000Z';
const hoursAfter = (hours: number): string => new Date(Date.parse(start) + hours * 3_600_000).toISOString();
const [first] = clocksAt({ facts: openingFacts(start), obligations: [] }, ['dfars'], start).filter(isTimed);
const obligation = first as Timed;
const never = () => false;

describe('tickOf', () => {
  it('never goes silent on a report that is overdue and not told of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 72, max: 10_000 }), (hours) => {
        expect(tickOf(obligation, never, hoursAfter(hours))).toMatchObject({ tell: 'overdue' });
      }),
    );
  });

  it('reminds at its time, a moment early, and late of the latest alone', () => {
    const told = (hours: number) => tickOf(obligation, never, hoursAfter(hours));
    expect(told(36)).toMatchObject({ tell: 'reminder', reminder: { name: 'at-50' } });
    expect(told(36 - 0.01)).toMatchObject({ tell: 'reminder', reminder: { name: 'at-50' } });
    expect(told(60)).toMatchObject({ tell: 'reminder', reminder: { name: 'at-75' } });
    expect(told(77)).toMatchObject({ tell: 'overdue', reminder: { name: 'overdue-4h' } });
  });

  it('is silent, with a reason, when there is nothing to remind of', () => {
    const silent = (one: Obligation | null, hours: number, told = never) => tickOf(one, told, hoursAfter(hours));
    expect(silent(null, 0)).toEqual({ silent: 'there is no such obligation' });
    expect(silent({ ...obligation, state: 'sent' }, 80)).toEqual({ silent: 'the obligation is sent' });
    expect(silent({ ...obligation, dueAt: null }, 80)).toEqual({ silent: 'the law sets no deadline' });
    expect(silent(obligation, 1)).toEqual({ silent: `no reminder is due before ${hoursAfter(36)}` });
    expect(silent(obligation, 37, () => true)).toEqual({ silent: 'the reminder was already posted' });
  });

  it('tells of what was kept long enough, and calls nothing overdue', () => {
    expect(tickOf({ ...obligation, means: 'keep until' }, never, hoursAfter(100))).toMatchObject({ tell: 'kept' });
  });
});

describe('reminderMessage', () => {
  const reminding = {
    incident: 'inc-1',
    obligation,
    reminder: 'minus-4h',
    urgency: 'reminder' as const,
    draft: 's3://v/d.md',
    resource: 'arn',
  };

  it('says what is due, how long is left, where the draft lies, that a person files it and how to record that', () => {
    const { text, blocks } = reminderMessage({ ...reminding, now: hoursAfter(68) });
    expect(text).toContain('due in 4 h 0 min');
    expect(text).toContain('A person files it.');
    const all = JSON.stringify(blocks);
    for (const one of ['s3://v/d.md', 'sends nothing to any authority', 'tourniquet filed inc-1 --regime dfars'])
      expect(all).toContain(one);
    expect(all).toContain('"action_id":"fact"');
  });

  it('tells the truth when it comes late, and without a draft', () => {
    const late = reminderMessage({ ...reminding, urgency: 'overdue', draft: null, now: hoursAfter(75.5) });
    expect(late.text).toContain('🔴 OVERDUE');
    expect(late.text).toContain(`overdue since ${obligation.dueAt}, by 3 h 30 min`);
    expect(JSON.stringify(late.blocks)).toContain('There is no draft yet');
  });

  it('says both times where one has moved', () => {
    const moved = [{ from: hoursAfter(72), to: hoursAfter(48), by: 'Rosa', reason: '<!channel>', at: start }];
    const message = reminderMessage({ ...reminding, obligation: { ...obligation, moved }, now: start });
    expect(JSON.stringify(message.blocks)).toContain(
      `due ${hoursAfter(48)} instead of ${hoursAfter(72)} (Rosa: &lt;!channel&gt;)`,
    );
  });

  it('of what was kept asks nothing of anybody', () => {
    const { text, blocks } = reminderMessage({ ...reminding, urgency: 'kept', now: start });
    expect(text).toContain('Tourniquet deletes nothing');
    expect(JSON.stringify(blocks)).not.toContain('action_id');
  });
});
