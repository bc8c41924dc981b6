import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Call } from '../../lib/domain/call.ts';
import { beforeStateItem } from '../../lib/items/before-state.ts';
import { protectFromTermination } from '../ec2/protect-from-termination/step.ts';
import { loadBeforeState } from './before-state.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';

const switches = { disableApiTermination: false, disableApiStop: false, scaleInProtection: null };
const states = { ...switches, shutdownBehavior: 'stop', deleteOnTermination: {} };
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
