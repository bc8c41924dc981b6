import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { every, Instance } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** Null when the instance belongs to no group. `desired` is kept to be compared at release, never blindly set back. */
export const Membership = z.object({
  group: z.object({ name: z.string(), lifecycle: z.enum(['in-service', 'standby', 'other']) }).nullable(),
});
export type Membership = z.infer<typeof Membership>;

const groups = (target: Instance): string[] => every(target, 'autoscaling', 'autoScalingGroup');

export const leaveAutoScaling = defineLever({
  name: 'leave-auto-scaling',
  title: 'Put the instance on standby in its Auto Scaling group',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The group stops checking and replacing it, and starts a replacement from the same template: check that template.',
  undo: 'It goes back into service; the group may then hold one instance more than it needs and ends one.',
  target: Instance,
  beforeState: Membership,
  look: [allow('autoscaling:DescribeAutoScalingInstances')],
  apply: { permissions: [allow('autoscaling:EnterStandby', groups)], within: 60 },
  release: { permissions: [allow('autoscaling:ExitStandby', groups)], within: 60 },
});
