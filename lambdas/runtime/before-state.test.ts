import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Call } from '../../lib/domain/call.ts';
import { beforeStateItem } from '../../lib/items/before-state.ts';
import type { Item } from '../../lib/items/item.ts';
import { protectFromTermination } from '../ec2/protect-from-termination/step.ts';
import { isHeld, loadBeforeState, storeBeforeState } from './before-state.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';
import type { Write } from './table.ts';

const switches = { disableApiTermination: false, disableApiStop: false, scaleInProtection: null };
const states = { ...switches, shutdownBehavior: 'stop' as const, deleteOnTermination: {} };
const call = Call.parse({
  operation: 'release',
  run: { incident: 'inc-1', id: 'r', playbook: 'release', mode: 'respond', openedAt: '2026-11-22T03:00:00.000Z' },
  target: {},
});

const stored = (before: unknown) => {
  const { name: step, title, phase, effect, undo } = protectFromTermination;
  const told = { step, title, phase, effect, undo, of: '', target: { kind: 'instance', id: 'i-1' } };
  const taken = { before, ours: states, hash: hashOf(before), takenAt: 't', releasedAt: null };
  return beforeStateItem.item({ ...told, ...taken }, 'inc-1', step, '');
};
const load = (before: unknown, lever: Parameters<typeof loadBeforeState>[2] = protectFromTermination) =>
  loadBeforeState({ table: { get: async () => stored(before) } } as unknown as Work, call, lever);

describe('a before-state', () => {
  it('is handed to the lever as its contract has it', async () => {
    expect(await load(states)).toMatchObject({ before: states, ours: states, releasedAt: null });
  });

  it.each([
    [{ ...states, disableApiTermination: 'no' }, 'disableApiTermination'],
    // A release would put back only what today's lever knows.
    [{ ...states, disableApiReboot: true }, 'disableApiReboot'],
    ['nothing of the kind', 'all of it'],
  ])('that the lever cannot put back whole is Broken, and a person is told what to do: %j', async (before, where) => {
    await expect(load(before)).rejects.toThrow(where);
    await expect(load(before)).rejects.toThrow('a person has to put it back by hand');
    await expect(load(before)).rejects.toMatchObject({ name: 'Broken' });
  });

  it('may lack what the lever has a default for', async () => {
    const beforeState = z.looseObject({ new: z.string().default('none') });
    expect(await load(states, { ...protectFromTermination, beforeState })).toMatchObject({ before: { new: 'none' } });
  });
});

it('tells another lever whether it still holds', async () => {
  const held = (item: object | null) =>
    isHeld({ table: { get: async () => item } } as unknown as Work, call, protectFromTermination.name);
  expect(await held(stored(states))).toBe(true);
  expect(await held({ ...stored(states), releasedAt: 'now' })).toBe(false);
  expect(await held(null)).toBe(false);
});

describe('a lever that is applied again in one incident', () => {
  const key = stored(states).sk;
  /** The table with the before-state of an earlier apply. */
  function tableWith(releasedAt: string | null) {
    const items = new Map<string, Item>([[key, { ...stored(states), takenAt: 'first', releasedAt }]]);
    const table = {
      name: 't',
      get: async ({ sk }: { sk: string }) => items.get(sk) ?? null,
      putNew: async (item: Item) => items.get(String(item.sk)) ?? null,
      transact: async (writes: (name: string) => Write[]) => {
        for (const { Put } of writes('t')) items.set(String(Put?.Item?.sk), Put?.Item ?? {});
      },
    };
    const work = { table, now: () => 'second' } as unknown as Work;
    const again = { ...call, target: { kind: 'instance', id: 'i-1' } } as Call;
    const changed = { ...states, disableApiStop: true };
    const take = () => storeBeforeState(work, again, protectFromTermination, { before: changed, ours: states });
    return { take, items };
  }

  it('keeps what stood there first, as long as it is held', async () => {
    const { take, items } = tableWith(null);
    expect(await take()).toMatchObject({ first: false, stored: { before: states, takenAt: 'first' } });
    expect([...items.keys()]).toEqual([key]);
  });

  it('goes back to what stands there now once it was released, and keeps the earlier one too', async () => {
    const { take, items } = tableWith('between');
    expect(await take()).toMatchObject({ first: true, stored: { before: { disableApiStop: true }, releasedAt: null } });
    expect(items.get(key)).toMatchObject({ takenAt: 'second', releasedAt: null });
    expect(items.get(`${key}#first`)).toMatchObject({ before: states, takenAt: 'first', releasedAt: 'between' });
    expect(beforeStateItem.all([...items.values()])).toHaveLength(2);
  });
});
