import { ConflictException, type CreateScheduleCommandInput, SchedulerClient } from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anyInstance } from '../../lib/domain/resource.ts';
import type { StepContext } from '../runtime/serve-step.ts';

let regimes: string[];
vi.mock('../runtime/environment.ts', () => ({
  config: () => ({ regimes }),
  environment: (name: string) => `the ${name}`,
}));
vi.mock('../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../runtime/clients.ts', () => ({ construct: () => scheduler }));
const scheduler = new SchedulerClient({ region: 'eu-central-1' });
const { open } = await import('./handler.ts');

const items = new Map<string, Record<string, unknown>>();
const schedules = new Map<string, CreateScheduleCommandInput>();
const table = {
  putNew: async (item: { sk: string }) => {
    const standing = items.get(item.sk) ?? null;
    if (!standing) items.set(item.sk, item);
    return standing;
  },
};
const target = anyInstance({ partition: 'aws', account: '111122223333' });
const at = (openedAt: string, mode: 'observe' | 'respond' = 'respond') => {
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt };
  return { target, run, table, calls: [], now: () => openedAt } as unknown as StepContext<typeof target>;
};
const opened = '2026-11-21T10:00:00.000Z';

describe('open-obligations', () => {
  beforeEach(() => {
    regimes = ['cisa-voluntary', 'dfars'];
    items.clear();
    schedules.clear();
    vi.spyOn(scheduler, 'send').mockImplementation(async (command: { input: object }) => {
      const input = command.input as CreateScheduleCommandInput;
      const name = input.Name ?? '';
      if (schedules.has(name)) throw new ConflictException({ message: 'exists', $metadata: {} } as never);
      schedules.set(name, input);
      return {};
    });
  });

  it('starts each clock at first delivery and sets its six reminders', async () => {
    const result = await open(at(opened));
    expect(result.outcome).toBe('opened');
    expect(result.obligations.map(({ dueAt }) => dueAt)).toEqual(Array(2).fill('2026-11-24T10:00:00.000Z'));
    expect(schedules.size).toBe(12);
    expect(schedules.get('inc-1-dfars-initial-due')).toMatchObject({
      GroupName: 'the SCHEDULE_GROUP',
      ScheduleExpression: 'at(2026-11-24T10:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      Target: { Input: '{"incident":"inc-1","regime":"dfars","report":"initial","reminder":"due"}' },
    });
  });

  it('changes nothing the second time, and the first clock counts', async () => {
    const first = await open(at(opened));
    const again = await open(at('2026-11-21T11:00:00.000Z'));
    expect(again.obligations).toEqual(first.obligations);
    expect(schedules.size).toBe(12);
  });

  it('says which reminder could not be set', async () => {
    vi.spyOn(scheduler, 'send').mockImplementation(async ({ input }: { input: object }) => {
      if ((input as CreateScheduleCommandInput).Name?.endsWith('due'))
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      return {};
    });
    const { outcome, failed } = await open(at(opened));
    expect(outcome).toBe('partly-opened');
    expect(failed.map(({ what }) => what)).toEqual(['inc-1-cisa-voluntary-initial-due', 'inc-1-dfars-initial-due']);
  });

  it('writes nothing in observe mode, and opens none where none is configured', async () => {
    expect(await open(at(opened, 'observe'))).toMatchObject({ outcome: 'would-open', reminders: [] });
    regimes = [];
    expect(await open(at(opened))).toMatchObject({ outcome: 'none-configured' });
    expect([items.size, schedules.size]).toEqual([0, 0]);
  });
});
