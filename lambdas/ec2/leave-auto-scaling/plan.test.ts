import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { statements } from '../../../lib/domain/permission.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import { planStandby, stepFrom, verdictOf } from './plan.ts';
import { leaveAutoScaling, type Membership } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target: Instance = { ...anyInstance(place), ...place, id: 'i-0123456789abcdef0', autoScalingGroup: 'web' };
const member = (lifecycle: string, name = 'web'): Membership => ({ group: { name, lifecycle } });

describe('planStandby', () => {
  it('puts an instance in service on standby', () => {
    expect(planStandby(target, member('InService'))).toEqual({ ours: member('Standby') });
  });

  it('has nothing to do without a group, or on standby already', () => {
    expect(planStandby(target, { group: null })).toEqual({ nothing: 'the instance is in no Auto Scaling group' });
    expect(planStandby(target, member('Standby'))).toEqual({ nothing: 'already on standby in web' });
    expect(planStandby(target, member('EnteringStandby'))).toHaveProperty('nothing');
  });

  it.each(['Pending', 'Pending:Wait', 'Terminating', 'Terminating:Wait', 'Detaching', 'Warmed:Stopped'])(
    'refuses %s and says so',
    (lifecycle) => {
      expect(planStandby(target, member(lifecycle))).toEqual({ refused: expect.stringContaining(lifecycle) });
    },
  );

  it('refuses a group our rights do not name', () => {
    expect(planStandby(target, member('InService', 'other'))).toEqual({ refused: expect.stringContaining('other') });
  });
});

describe('stepFrom', () => {
  it.each([
    ['InService', 'Standby', 'move'],
    ['Standby', 'InService', 'move'],
    ['Standby', 'Standby', 'stay'],
    ['EnteringStandby', 'Standby', 'stay'],
    ['Pending', 'InService', 'stay'],
    ['Pending:Wait', 'InService', 'stay'],
  ])('from %s to %s: %s', (from, to, step) => {
    expect(stepFrom(member(from), member(to))).toBe(step);
  });

  it('refuses what has no way there, and a group it has left', () => {
    expect(stepFrom(member('Terminating'), member('Standby'))).toHaveProperty('refused');
    expect(stepFrom(member('EnteringStandby'), member('InService'))).toHaveProperty('refused');
    expect(stepFrom({ group: null }, member('InService'))).toEqual({ refused: 'the instance is no longer in web' });
    expect(stepFrom(member('Standby', 'other'), member('InService'))).toHaveProperty('refused');
  });

  it('undoes what the plan did: from ours, one move leads to before, and nothing else differs', () => {
    const before = fc.record({ group: fc.option(fc.record({ name: fc.constant('web'), lifecycle: fc.string() })) });
    const any = fc.oneof(before, fc.constant(member('InService')));
    fc.assert(
      fc.property(any, (state) => {
        const plan = planStandby(target, state);
        if (!('ours' in plan)) return;
        expect(stepFrom(state, plan.ours)).toBe('move');
        expect(stepFrom(plan.ours, state)).toBe('move');
        const { toPutBack, changedMeanwhile } = compareThreeWay(state, plan.ours, plan.ours);
        expect(toPutBack.map(({ path, expected }) => [path, expected])).toEqual([['group.lifecycle', 'InService']]);
        expect(changedMeanwhile).toEqual([]);
      }),
    );
  });
});

describe('judge', () => {
  const ours = member('Standby');

  it('verifies standby only', () => {
    expect(verdictOf(ours, ours).outcome).toBe('verified');
    expect(verdictOf(ours, member('InService'))).toMatchObject({
      outcome: 'not-verified',
      because: 'it is InService in web',
    });
    expect(verdictOf(ours, { group: null })).toMatchObject({ outcome: 'not-verified' });
  });

  it('is out of service as soon as it enters standby, and says that connections drain', () => {
    expect(verdictOf(ours, member('EnteringStandby'))).toMatchObject({
      outcome: 'verified',
      seen: [expect.stringMatching(/EnteringStandby.*drain/)],
    });
  });
});

describe('permissions', () => {
  const resourcesOf = (instance: Instance) =>
    statements(leaveAutoScaling.operations.apply.permissions, instance).flatMap(({ Action, Resource }) =>
      Action.includes('autoscaling:EnterStandby') ? Resource : [],
    );

  it('name the one group, and none where there is none', () => {
    const arn = 'arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web';
    expect(resourcesOf(target)).toEqual([arn]);
    expect(resourcesOf({ ...target, autoScalingGroup: null })).toEqual([]);
  });
});
