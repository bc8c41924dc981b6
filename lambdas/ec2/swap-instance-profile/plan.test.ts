import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyInstance } from '../instance/target.ts';
import { holding, planRemoval, type Step, stepFrom } from './plan.ts';
import type { Profile } from './step.ts';

const target = anyInstance({ partition: 'aws', account: '111122223333' });
const web = 'arn:aws:iam::111122223333:instance-profile/web';
const other = 'arn:aws:iam::111122223333:instance-profile/other';
const listed = (State: string, Arn = web) => ({ AssociationId: `of-${Arn}`, State, IamInstanceProfile: { Arn } });

/** What EC2 makes of a step. */
const after = (state: Profile, step: Step): Profile => {
  if (step === 'stay') return state;
  if (step === 'disassociate') return { profile: null };
  return { profile: 'associate' in step ? step.associate : step.replaceBy };
};

describe('holding', () => {
  it.each(['associated', 'associating'])('counts %s', (state) => {
    expect(holding([listed(state)])).toEqual({ id: `of-${web}`, profile: web });
  });

  it.each(['disassociating', 'disassociated'])('does not count %s', (state) => {
    expect(holding([listed(state)])).toBeNull();
  });

  it('sees the new one beside the old one on its way out', () => {
    expect(holding([listed('disassociating'), listed('associating', other)])?.profile).toBe(other);
    expect(holding([])).toBeNull();
  });
});

describe('planRemoval', () => {
  it('leaves no profile', () => {
    expect(planRemoval(target, { profile: web })).toEqual({ ours: { profile: null } });
  });

  it('has nothing to do without one', () => {
    expect(planRemoval(target, { profile: null })).toEqual({ nothing: 'the instance has no instance profile' });
  });
});

describe('stepFrom', () => {
  it('replaces what somebody put there meanwhile', () => {
    expect(stepFrom({ profile: other }, { profile: web })).toEqual({ replaceBy: web });
  });

  it('leads from any state to any other, so that release restores before', () => {
    const state = fc.record({ profile: fc.constantFrom(null, web, other) });
    fc.assert(
      fc.property(state, state, (from, to) => {
        expect(after(from, stepFrom(from, to))).toEqual(to);
      }),
    );
    fc.assert(
      fc.property(state, (before) => {
        const plan = planRemoval(target, before);
        if ('ours' in plan) expect(after(plan.ours, stepFrom(plan.ours, before))).toEqual(before);
      }),
    );
  });
});
