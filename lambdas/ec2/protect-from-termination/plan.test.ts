import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byKind, statements } from '../../../lib/domain/permission.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import { changes, type Facts, planProtection, protectionOf } from './plan.ts';
import { type Protection, protectFromTermination } from './step.ts';

const place = { partition: 'aws-us-gov', account: '111122223333', region: 'us-gov-west-1' };
const target: Instance = { ...anyInstance(place), ...place, id: 'i-0123456789abcdef0', autoScalingGroup: 'web' };
const facts: Facts = {
  disableApiTermination: false,
  disableApiStop: false,
  shutdownBehavior: 'terminate',
  devices: [
    { name: '/dev/xvdb', deleteOnTermination: false },
    { name: '/dev/xvda', deleteOnTermination: true },
  ],
  market: null,
  rootDevice: 'ebs',
  group: { name: 'web', lifecycle: 'InService', protectedFromScaleIn: false },
};
const open = protectionOf(target, facts);
const safe: Protection = {
  disableApiTermination: true,
  disableApiStop: true,
  shutdownBehavior: 'stop',
  deleteOnTermination: { '/dev/xvda': false, '/dev/xvdb': false },
  scaleInProtection: true,
};

const flag = fc.option(fc.boolean());
const protection: fc.Arbitrary<Protection> = fc.record({
  disableApiTermination: flag,
  disableApiStop: flag,
  shutdownBehavior: fc.option(fc.constantFrom('stop' as const, 'terminate' as const)),
  deleteOnTermination: fc.dictionary(fc.constantFrom('/dev/xvda', '/dev/xvdb', '/dev/sdf'), fc.boolean()),
  scaleInProtection: flag,
});

/** What AWS makes of the changes: null leaves are not set. */
const after = (state: Protection, todo: Protection): Protection => ({
  disableApiTermination: todo.disableApiTermination ?? state.disableApiTermination,
  disableApiStop: todo.disableApiStop ?? state.disableApiStop,
  shutdownBehavior: todo.shutdownBehavior ?? state.shutdownBehavior,
  deleteOnTermination: { ...state.deleteOnTermination, ...todo.deleteOnTermination },
  scaleInProtection: todo.scaleInProtection ?? state.scaleInProtection,
});

describe('protectionOf', () => {
  it('lists devices in order of their names', () => {
    expect(Object.keys(open.deleteOnTermination)).toEqual(['/dev/xvda', '/dev/xvdb']);
  });

  it('has only volumes and scale-in protection on Spot', () => {
    expect(protectionOf(target, { ...facts, market: 'spot' })).toEqual({
      ...open,
      disableApiTermination: null,
      disableApiStop: null,
      shutdownBehavior: null,
    });
  });

  it('cannot stop an instance-store root', () => {
    const store = protectionOf(target, { ...facts, rootDevice: 'instance-store' });
    expect(store).toEqual({ ...open, disableApiStop: null, shutdownBehavior: null });
  });

  it.each([
    ['no group', null],
    ['a group our rights do not name', { name: 'other', lifecycle: 'InService', protectedFromScaleIn: false }],
    ['a warm pool', { name: 'web', lifecycle: 'Warmed:Stopped', protectedFromScaleIn: false }],
  ])('has no scale-in protection in %s', (_, group) => {
    expect(protectionOf(target, { ...facts, group }).scaleInProtection).toBeNull();
  });
});

describe('planProtection', () => {
  it('protects everything', () => {
    expect(planProtection(target, open)).toEqual({ ours: safe });
  });

  it('has nothing to do twice', () => {
    fc.assert(
      fc.property(protection, (before) => {
        const plan = planProtection(target, before);
        if ('ours' in plan) expect(planProtection(target, plan.ours)).toHaveProperty('nothing');
      }),
    );
  });
});

describe('changes', () => {
  it('sets only what differs', () => {
    expect(changes({ ...safe, disableApiStop: false }, safe)).toEqual({
      disableApiTermination: null,
      disableApiStop: true,
      shutdownBehavior: null,
      deleteOnTermination: {},
      scaleInProtection: null,
    });
  });

  it('leads to ours, and from ours back to before', () => {
    fc.assert(
      fc.property(protection, (before) => {
        const plan = planProtection(target, before);
        if (!('ours' in plan)) return;
        expect(after(before, changes(before, plan.ours))).toEqual(plan.ours);
        expect(after(plan.ours, changes(plan.ours, before))).toEqual(before);
      }),
    );
  });

  it('touches no device that is gone, and no leaf AWS does not offer any more', () => {
    fc.assert(
      fc.property(protection, protection, (from, to) => {
        const todo = changes(from, to);
        expect(Object.keys(todo.deleteOnTermination).filter((device) => !(device in from.deleteOnTermination))).toEqual(
          [],
        );
        if (from.scaleInProtection === null) expect(todo.scaleInProtection).toBeNull();
      }),
    );
  });
});

describe('permissions', () => {
  const id = (index: number) => `vol-${index.toString(16).padStart(17, '0')}`;
  const withVolumes = (count: number): Instance => ({
    ...target,
    autoScalingGroup: 'g'.repeat(255),
    volumes: Array.from({ length: count }, (_, index) => ({
      id: id(index),
      device: `/dev/sd${index}`,
      deleteOnTermination: true,
    })),
  });

  it.each([0, 1, 12, 13, 128])('fit into a session policy by kind with %i volumes', (count) => {
    const Statement = byKind(statements(protectFromTermination.operations.apply.permissions, withVolumes(count)));
    expect(JSON.stringify({ Version: '2012-10-17', Statement }).length).toBeLessThanOrEqual(2048);
  });

  it('name each volume while they fit', () => {
    const [arns] = protectFromTermination.operations.release.permissions
      .filter(({ action }) => action === 'ec2:ModifyInstanceAttribute')
      .map(({ on }) => on(withVolumes(2)));
    expect(arns).toEqual([
      'arn:aws-us-gov:ec2:us-gov-west-1:111122223333:instance/i-0123456789abcdef0',
      `arn:aws-us-gov:ec2:us-gov-west-1:111122223333:volume/${id(0)}`,
      `arn:aws-us-gov:ec2:us-gov-west-1:111122223333:volume/${id(1)}`,
    ]);
  });
});
