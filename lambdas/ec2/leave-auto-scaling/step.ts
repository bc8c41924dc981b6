import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance } from '../instance/target.ts';

/**
 * Null when the instance belongs to no group. `lifecycle` is Auto Scaling's own word, such as InService, EnteringStandby or Standby, so
 * that a refusal can quote it. The desired capacity is not kept: it moves for many reasons and is never ours to set back.
 */
export const Membership = z.object({
  group: z.object({ name: z.string(), lifecycle: z.string() }).nullable(),
});
export type Membership = z.infer<typeof Membership>;

/** The group's ARN but for the id in its middle, which only another call would tell. Group names are unique in a Region. */
const group = (target: Instance): string[] =>
  target.autoScalingGroup
    ? [arn(target, 'autoscaling', `autoScalingGroup:*:autoScalingGroupName/${target.autoScalingGroup}`)]
    : [];

export const leaveAutoScaling = defineLever({
  name: 'leave-auto-scaling',
  title: 'Put the instance on standby in its Auto Scaling group',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The group stops checking and replacing it and keeps its capacity: a replacement starts, from the same template. Check that template.',
  undo: 'The instance returns to service. AWS raises the desired capacity by one for that: the group keeps one extra instance, or terminates one.',
  stands: { held: 'in standby', open: 'still in its Auto Scaling group' },
  // A health check that meets a network which is still shut has the instance terminated within seconds (ELB: 5 s, twice).
  releasedAfter: 'quarantine-interfaces',
  target: Instance,
  beforeState: Membership,
  look: [allow('autoscaling:DescribeAutoScalingInstances')],
  apply: { permissions: [allow('autoscaling:EnterStandby', group)], within: 60 },
  release: { permissions: [allow('autoscaling:ExitStandby', group)], within: 60 },
});
