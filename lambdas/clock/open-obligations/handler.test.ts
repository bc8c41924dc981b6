import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anyInstance } from '../../ec2/instance/target.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import { Conflict } from '../../runtime/table.ts';

let regimes: string[];
vi.mock('../../runtime/environment.ts', () => ({
  config: () => ({ regimes }),
  environment: (name: string) => `the ${name}`,
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const scheduler = new SchedulerClient({ region: 'eu-central-1' });

type Item = Record<string, unknown> & { readonly sk: string };
const items = new Map<string, Item>();
const entries: { kind: string; what: string }[] = [];

interface Written {
  Put?: { Item: Item };
  Update?: {
    Key: { sk: string };
    ConditionExpression?: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues: Record<string, unknown>;
  };
}

/** What the handler's writes do to the items of the test. */
function write({ Put, Update }: Written): void {
  if (Put) items.set(Put.Item.sk, Put.Item);
  if (!Update) return;
  const { Key, ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues } = Update;
  const seen = ExpressionAttributeValues[':seen'];
  if (ConditionExpression && items.get(Key.sk)?.changes !== seen)
    throw new Conflict({ message: 'no', CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] } as never);
  const set = Object.entries(ExpressionAttributeNames).map(([key, name]) => [
    name,
    ExpressionAttributeValues[key.replace('#', ':')],
  ]);
  const changes = ExpressionAttributeValues[':next'];
  items.set(Key.sk, { ...items.get(Key.sk), ...Object.fromEntries(set), ...(changes ? { changes } : {}), sk: Key.sk });
}
vi.mock('../../runtime/ledger.ts', () => ({
  append: async (
    _: unknown,
    __: string,
    entry: { kind: string; what: string },
    extras: (name: string) => Written[],
  ) => {
    for (const one of extras('T')) write(one);
    entries.push(entry);
  },
}));
const { open } = await import('./handler.ts');

const schedules = new Map<string, CreateScheduleCommandInput>();
const table = {
  get: async ({ sk }: { sk: string }) => items.get(sk) ?? null,
  query: async (_: string, prefix: string) => [...items.values()].filter(({ sk }) => sk.startsWith(prefix)),
};
const target = anyInstance({ partition: 'aws', account: '111122223333' });
const at = (openedAt: string, mode: 'observe' | 'respond' = 'respond') => {
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt };
  return { target, run, table, calls: [], client: () => scheduler, now: () => openedAt } as unknown as StepContext<
    typeof target
  >;
};
const opened = '2026-11-21T10:00:00.000Z';

/** The Scheduler of AWS, as far as it is used. */
async function answer(command: { input: object }): Promise<object> {
  const input = command.input as CreateScheduleCommandInput;
  const [name, there] = [input.Name ?? '', schedules.has(input.Name ?? '')];
  const creates = command instanceof CreateScheduleCommand;
  if (creates && there) throw new ConflictException({ message: 'exists', $metadata: {} } as never);
  if (!creates && !there) throw new ResourceNotFoundException({ message: 'none', $metadata: {} } as never);
  schedules.set(name, input);
  return {};
}

describe('open-obligations', () => {
  beforeEach(() => {
    regimes = ['cisa-voluntary', 'dfars'];
    items.clear();
    schedules.clear();
    entries.length = 0;
    vi.spyOn(scheduler, 'send').mockImplementation(answer);
  });

  it('writes the facts of the opening, and sets one schedule for each clock that runs', async () => {
    const result = await open(at(opened));
    expect(result.outcome).toBe('opened');
    expect(result.obligations.map(({ report, dueAt }) => `${report} ${dueAt}`)).toEqual([
      'initial 2026-11-24T10:00:00.000Z',
      'initial 2026-11-24T10:00:00.000Z',
      'images-kept-until null',
    ]);
    expect([...schedules.keys()].toSorted()).toEqual(['inc-1-cisa-voluntary-initial', 'inc-1-dfars-initial']);
    expect(schedules.get('inc-1-dfars-initial')).toMatchObject({ ScheduleExpression: 'at(2026-11-22T22:00:00)' });
    expect([...items.keys()].filter((sk) => sk.startsWith('FACT#'))).toEqual([
      'FACT#discovered#1',
      'FACT#aware#2',
      'FACT#reasonable-belief#3',
    ]);
    expect(entries).toMatchObject([{ kind: 'fact', what: expect.stringContaining(`${opened}, first delivery`) }]);
  });

  it('changes nothing the second time, and the first clock counts', async () => {
    const first = await open(at(opened));
    const again = await open(at('2026-11-21T11:00:00.000Z'));
    expect(again.obligations).toEqual(first.obligations);
    expect([schedules.size, entries.length]).toEqual([2, 1]);
  });

  it('adds the clocks of a regime that was configured since', async () => {
    await open(at(opened));
    regimes = ['dfars', 'gdpr'];
    const again = await open(at('2026-11-21T11:00:00.000Z'));
    expect(again.obligations.find(({ report }) => report === 'authority')?.startedAt).toBe(opened);
    expect(entries.at(-1)).toMatchObject({ kind: 'obligation', what: 'clocks counted again' });
  });

  it('says which reminder could not be set', async () => {
    vi.spyOn(scheduler, 'send').mockRejectedValue(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const { outcome, failed } = await open(at(opened));
    expect(outcome).toBe('partly-opened');
    expect(failed.map(({ what }) => what).toSorted()).toEqual(['inc-1-cisa-voluntary-initial', 'inc-1-dfars-initial']);
  });

  it('writes nothing in observe mode, and opens none where none is configured', async () => {
    expect(await open(at(opened, 'observe'))).toMatchObject({ outcome: 'would-open', reminders: [] });
    regimes = [];
    expect(await open(at(opened))).toMatchObject({ outcome: 'none-configured' });
    expect([items.size, schedules.size]).toEqual([0, 0]);
  });
});
