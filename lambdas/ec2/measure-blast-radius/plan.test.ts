import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endingOf, groupSentence, roleSentence, targetGroupSentence } from './plan.ts';

describe('roleSentence', () => {
  it('names a few and counts the rest, this instance included', () => {
    expect(roleSentence('web', 'i-1', ['i-1'])).toContain('this instance only');
    expect(roleSentence('web', 'i-1', ['i-5', 'i-2', 'i-1', 'i-3', 'i-4', 'i-6'])).toBe(
      'Role web is used by 6 instances in this Region (this one and i-2, i-3, i-4 and 2 more)',
    );
  });
});

describe('groupSentence', () => {
  it('promises a replacement only where one can start', () => {
    const group = { name: 'web', desired: 2, inService: 2, suspended: [] };
    expect(groupSentence(group)).toContain('a replacement will start');
    expect(groupSentence({ ...group, suspended: ['Launch'] })).toContain('no replacement will start');
  });
});

describe('targetGroupSentence', () => {
  it('is silent where the instance is no target, and never counts the instance itself', () => {
    const state = fc.constantFrom('healthy', 'unhealthy', 'draining', 'initial');
    const targets = fc.array(fc.record({ id: fc.constantFrom('i-1', 'i-2', 'i-3'), state }));
    fc.assert(
      fc.property(targets, (all) => {
        const words = targetGroupSentence('web', all, new Set(['i-1']));
        const healthy = all.filter(({ id, state }) => id !== 'i-1' && state === 'healthy').length;
        if (!all.some(({ id }) => id === 'i-1')) expect(words).toBeNull();
        else expect(words).toContain(`${healthy} of ${all.length} targets`);
      }),
    );
  });
});

describe('what a termination would end', () => {
  const one = { id: 'i-1' };
  const copy = { id: 'snap-1', state: 'completed' };
  const disks = {
    state: 'stopped',
    volumes: [
      { id: 'vol-1', fate: 'goes' as const, copy },
      { id: 'vol-2', fate: 'stays' as const, copy: null },
    ],
  };

  it('is told with what is kept of each volume', () => {
    expect(endingOf(one, disks)).toEqual({
      removable: 'some',
      volumes: ['vol-1', 'vol-2'],
      lines: [
        'instance i-1, which is stopped; its volume vol-2 stays: NO snapshot of this incident has it',
        'volume vol-1 with it: snapshot snap-1 of this incident has it (completed)',
      ],
    });
  });

  it.each([
    ['is gone', one, { ...disks, state: 'terminated' }],
    ['could not be read', one, null],
    ['AWS runs', { ...one, managedBy: 'eks.amazonaws.com' }, disks],
  ])('is asked of nobody about what %s', (_, about, read) => {
    expect(endingOf(about, read)).toMatchObject({ removable: 'none' });
  });
});
