import { describe, expect, it } from 'vitest';
import { key } from '../key/target.ts';
import { callsFrom, judge, planKeep } from './plan.ts';

const target = key.any({ partition: 'aws', account: '444455556666', region: 'eu-central-1' });
const use = (state: string, deletedFrom: string | null = null) => ({ state, deletedFrom });
const soon = '2026-12-07T00:00:00.000Z';

describe('planKeep', () => {
  it.each([
    ['PendingDeletion', soon, ['cancel', 'enable']],
    ['PendingReplicaDeletion', null, ['cancel', 'enable']],
    ['Disabled', null, ['enable']],
  ])('has one that is %s enabled, with nothing scheduled', (state, deletedFrom, calls) => {
    expect(planKeep(target, use(state, deletedFrom))).toEqual({ ours: use('Enabled') });
    expect(callsFrom(use(state, deletedFrom))).toEqual(calls);
  });

  it('leaves one that is enabled', () => {
    expect(planKeep(target, use('Enabled'))).toEqual({ nothing: expect.any(String) });
    expect(callsFrom(use('Enabled'))).toEqual([]);
  });

  it.each(['PendingImport', 'Unavailable', 'Creating'])('refuses one that is %s, in words', (state) => {
    expect(planKeep(target, use(state))).toEqual({ refused: expect.stringContaining(`it is ${state}`) });
  });
});

describe('judge', () => {
  it('takes nothing but an enabled key for kept', () => {
    expect(judge(use('Enabled')).outcome).toBe('verified');
    expect(judge(use('Disabled'))).toEqual({ outcome: 'not-verified', because: 'the key is Disabled' });
  });
});
