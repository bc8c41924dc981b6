import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { EcsTask, serviceArns } from '../ecs-task/target.ts';

/** What Application Auto Scaling leaves alone (its API reference, SuspendedState). */
export const Suspended = z.object({
  DynamicScalingInSuspended: z.boolean().default(false),
  DynamicScalingOutSuspended: z.boolean().default(false),
  ScheduledScalingSuspended: z.boolean().default(false),
});
export type Suspended = z.infer<typeof Suspended>;

/** Of a service; null where there is none. */
export const Scale = z.object({
  service: z
    .object({
      /** Tasks it is to run. Zero is a state of its own, and comes back as zero. */
      desired: z.number(),
      /** REPLICA, or DAEMON: one on each instance. */
      strategy: z.string(),
      /** ARN of the revision it runs; kept, and never ours to set back. */
      definition: z.string().nullable(),
      /** Id of its primary deployment; kept as well. */
      deployment: z.string().nullable(),
      /** Null where nothing scales it. */
      suspended: Suspended.nullable(),
    })
    .nullable(),
});
export type Scale = z.infer<typeof Scale>;

const scaling = ({ scaling: arn }: EcsTask): string[] => (arn ? [arn] : []);

export const scaleService = defineLever({
  name: 'scale-service',
  title: 'Scale the service of the task to zero',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'All tasks of the service stop, innocent ones too, and what it does is not done. Its auto scaling is suspended, which would start it again. On Fargate the disks of its tasks are lost.',
  undo: 'The service runs as many tasks as before, of the revision that it has then, and its auto scaling goes on. Stopped tasks do not come back: new ones start, within minutes.',
  stands: { held: 'service at zero', open: 'service still running' },
  target: EcsTask,
  // Half of what ECS gives a task to end by itself, and it is waited for twice (ECS API reference, ContainerDefinition, stopTimeout: 30).
  settles: 15,
  beforeState: Scale,
  look: [allow('ecs:DescribeServices', serviceArns), allow('application-autoscaling:DescribeScalableTargets')],
  apply: {
    permissions: [
      allow('ecs:UpdateService', serviceArns),
      allow('application-autoscaling:RegisterScalableTarget', scaling),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('ecs:UpdateService', serviceArns),
      allow('application-autoscaling:RegisterScalableTarget', scaling),
    ],
    within: 60,
  },
});
