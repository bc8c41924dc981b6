import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Obligation } from '../../lib/domain/clock/obligation.ts';

vi.mock('../runtime/environment.ts', () => ({ environment: (name: string) => `the ${name}` }));
const scheduler = { send: vi.fn() };
const { alarmOf, arm, expression, nameLimit, scheduleName } = await import('./schedules.ts');

const start = '2026-11-21T10:00:00.123Z';
const obligation = {
  regime: 'dfars',
  report: 'initial',
  state: 'running',
  means: 'report',
  startedAt: start,
  because: '',
  dueAt: '2026-11-24T10:00:00.123Z',
  kinder: [],
  moved: [],
} as Obligation;
const never = () => false;

describe('scheduleName', () => {
  it('fits EventBridge Scheduler, whatever it reminds of, and stays the same', () => {
    const word = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(word, word, word, (incident, regime, report) => {
        const name = scheduleName(incident, regime, report);
        expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
        expect(scheduleName(incident, regime, report)).toBe(name);
      }),
    );
  });

  it('keeps two long names apart that begin alike', () => {
    const long = 'x'.repeat(nameLimit);
    expect(scheduleName('inc-1', long, 'initial')).not.toBe(scheduleName('inc-1', long, 'final'));
  });

  it('is readable for what we remind of today', () => {
    expect(scheduleName('inc-0123456789ab', 'dfars', 'images-kept-until')).toBe(
      'inc-0123456789ab-dfars-images-kept-until',
    );
  });
});

describe('alarmOf', () => {
  const at = (now: string, isTold: Parameters<typeof alarmOf>[2] = never) =>
    alarmOf('inc-1', obligation, isTold, now)?.at;

  it('rings at the next reminder', () => {
    expect(at(start)).toBe('2026-11-22T22:00:00.123Z');
    expect(at('2026-11-23T00:00:00.000Z', () => true)).toBe('2026-11-23T16:00:00.123Z');
  });

  it('rings at once when people have not been told what is true by now', () => {
    expect(at('2026-11-23T00:00:00.000Z')).toBe('2026-11-23T00:01:00.000Z');
    expect(at('2026-11-24T10:00:01.000Z')).toBe('2026-11-24T10:01:01.000Z');
  });

  it('does not ring for what has been sent', () => {
    expect(alarmOf('inc-1', { ...obligation, state: 'sent' }, never, start)).toBeNull();
  });

  it('writes whole seconds, never before the time, without a zone', () => {
    expect(expression('2026-11-24T10:00:00.123Z')).toBe('at(2026-11-24T10:00:01)');
  });
});

describe('arm', () => {
  const gone = new ResourceNotFoundException({ message: 'none', $metadata: {}, Message: 'none' });
  const conflict = new ConflictException({ message: 'busy', $metadata: {}, Message: 'busy' });
  const alarm = alarmOf('inc-1', obligation, never, start);
  const set = () => alarm && arm({ client: () => scheduler as never }, alarm);
  const sent = (at: number) => scheduler.send.mock.calls[at]?.[0] as { input: UpdateScheduleCommandInput };
  beforeEach(() => scheduler.send.mockReset().mockResolvedValue({}));

  it('sets the one that is there to its next time, and keeps it once it has rung', async () => {
    await set();
    expect(sent(0).input).toMatchObject({
      Name: 'inc-1-dfars-initial',
      GroupName: 'the SCHEDULE_GROUP',
      ActionAfterCompletion: 'NONE',
      ScheduleExpression: 'at(2026-11-22T22:00:01)',
      ScheduleExpressionTimezone: 'UTC',
      Target: { Input: '{"incident":"inc-1","regime":"dfars","report":"initial"}' },
    });
    expect(scheduler.send).toHaveBeenCalledTimes(1);
  });

  it('makes the one that is missing', async () => {
    scheduler.send.mockRejectedValueOnce(gone);
    await set();
    expect(sent(1)).toBeInstanceOf(CreateScheduleCommand);
  });

  it('leaves it to whoever sets the same one at the same moment', async () => {
    scheduler.send.mockRejectedValueOnce(conflict);
    await set();
    scheduler.send.mockRejectedValueOnce(gone).mockRejectedValueOnce(conflict);
    await set();
    expect(scheduler.send).toHaveBeenCalledTimes(3);
  });

  it('throws what it cannot explain', async () => {
    scheduler.send.mockRejectedValueOnce(new Error('denied'));
    await expect(set()).rejects.toThrow('denied');
  });
});
