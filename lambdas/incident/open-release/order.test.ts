import { expect, test } from 'vitest';
import { leaveAutoScaling } from '../../ec2/leave-auto-scaling/step.ts';
import { leaveLoadBalancers } from '../../ec2/leave-load-balancers/step.ts';
import { quarantineInterfaces } from '../../ec2/quarantine-interfaces/step.ts';
import { inReleaseOrder } from './order.ts';

const held = (step: string, takenAt: string, phase: 'contain' | 'preserve' = 'contain') => ({ step, phase, takenAt });

test('the network is back before anybody checks it; what protects is let go last', () => {
  const applied = [
    held('protect-from-termination', '2026-11-22T06:00:00Z', 'preserve'),
    held('quarantine-interfaces', '2026-11-22T06:00:01Z'),
    held('deny-session', '2026-11-22T06:00:02Z'),
    held('leave-auto-scaling', '2026-11-22T06:00:03Z'),
    held('leave-load-balancers', '2026-11-22T06:00:04Z'),
    held('swap-instance-profile', '2026-11-22T06:00:05Z'),
  ];
  expect(inReleaseOrder(applied).map(({ step }) => step)).toEqual([
    'quarantine-interfaces',
    'swap-instance-profile',
    'deny-session',
    'leave-load-balancers',
    'leave-auto-scaling',
    'protect-from-termination',
  ]);
});

test('whoever checks on an instance waits for its network by the name of that lever', () => {
  expect([leaveAutoScaling, leaveLoadBalancers].map(({ releasedAfter }) => releasedAfter)).toEqual(
    Array(2).fill(quarantineInterfaces.name),
  );
});
