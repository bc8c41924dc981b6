import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reminderAfter, reminderBy, remindersOf } from './reminder.ts';

const startedAt = '2026-11-22T03:00:00.000Z';
const hoursAfter = (hours: number): string => new Date(Date.parse(startedAt) + hours * 3_600_000).toISOString();
const of72 = { startedAt, dueAt: hoursAfter(72), means: 'report' } as const;

describe('reminders', () => {
  it('come at 50, 75 and 90 %, four hours and one hour before, and when due', () => {
    expect(remindersOf(of72).map(({ name, at }) => `${name} ${at}`)).toEqual([
      'at-50 2026-11-23T15:00:00.000Z',
      'at-75 2026-11-24T09:00:00.000Z',
      'at-90 2026-11-24T19:48:00.000Z',
      'minus-4h 2026-11-24T23:00:00.000Z',
      'minus-1h 2026-11-25T02:00:00.000Z',
      'due 2026-11-25T03:00:00.000Z',
    ]);
  });

  it('of a day come in the order of their times, of four hours none before the clock has started', () => {
    const names = (hours: number) => remindersOf({ ...of72, dueAt: hoursAfter(hours) }).map(({ name }) => name);
    expect(names(24)).toEqual(['at-50', 'at-75', 'minus-4h', 'at-90', 'minus-1h', 'due']);
    expect(names(4)).toEqual(['at-50', 'at-75', 'minus-1h', 'at-90', 'due']);
  });

  it('repeat every four hours of the first day, then every day, and never end', () => {
    const [names, at]: [string[], string[]] = [[], []];
    for (let next = reminderAfter(of72, of72.dueAt); next && names.length < 8; next = reminderAfter(of72, next.at)) {
      names.push(next.name);
      at.push(next.at);
    }
    expect(names.join(' ')).toBe(
      'overdue-4h overdue-8h overdue-12h overdue-16h overdue-20h overdue-1d overdue-2d overdue-3d',
    );
    expect(at).toEqual([76, 80, 84, 88, 92, 96, 120, 144].map(hoursAfter));
    expect(reminderBy(of72, hoursAfter(72 + 24 * 400 + 5))?.name).toBe('overdue-400d');
  });

  it('of what is only kept: one, when it may go', () => {
    const kept = { ...of72, means: 'keep until' } as const;
    expect(remindersOf(kept).map(({ name }) => name)).toEqual(['due']);
    expect(reminderBy(kept, hoursAfter(500))?.name).toBe('due');
    expect(reminderAfter(kept, hoursAfter(500))).toBeNull();
  });

  it('are none without a due time', () => {
    const watching = { startedAt: null, dueAt: null, means: 'report' } as const;
    expect([reminderBy(watching, startedAt), reminderAfter(watching, startedAt)]).toEqual([null, null]);
  });

  it('leave no gap: the one after the latest is the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 200_000 }), (hours, minutes) => {
        const clock = { ...of72, dueAt: hoursAfter(hours) };
        const now = new Date(Date.parse(startedAt) + minutes * 60_000).toISOString();
        const [by, next] = [reminderBy(clock, now), reminderAfter(clock, now)];
        expect(next && next.at > now).toBe(true);
        expect(by === null || by.at <= now).toBe(true);
        expect(reminderAfter(clock, by?.at ?? startedAt)).toEqual(next);
      }),
    );
  });
});
