import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type EcsTask, isBatch } from '../ecs-task/target.ts';
import type { Scale } from './step.ts';

const atRest = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
} as const;

/** No task at all, and nothing that would start one. */
export function planZero(target: EcsTask, { service }: Scale): LeverPlan<Scale> {
  if (!target.service)
    return {
      nothing: isBatch(target)
        ? 'AWS Batch runs this task: terminate its job, or Batch starts it again'
        : 'no service started this task',
    };
  if (!service) return { nothing: `the service ${target.service} no longer exists` };
  if (service.strategy === 'DAEMON')
    return {
      refused: `${target.service} is a daemon service: it runs a task on each instance and has no number of tasks (ECS API reference, UpdateService). Take the instance out of the cluster, or delete the service`,
    };
  const ours = { service: { ...service, desired: 0, suspended: service.suspended && atRest } };
  return differences(service, ours.service).length > 0 ? { ours } : { nothing: `${target.service} is at zero already` };
}

/** What of it is compared: whoever deploys a clean revision while it is at zero has not changed what is ours. */
export const compared = ({ service }: Scale): unknown =>
  service && { desired: service.desired, suspended: service.suspended };

export type Step = 'scaling' | 'count';

/**
 * What it takes from one state to another, in order. Whatever is set on a scalable target, Application Auto Scaling brings the service back
 * between its smallest and largest number in that moment (its API reference, RegisterScalableTarget): so the number of tasks comes last.
 */
export function stepsFrom({ service: here }: Scale, { service: meant }: Scale): Step[] {
  if (!here || !meant) return [];
  if (differences(here.suspended, meant.suspended).length > 0) return ['scaling', 'count'];
  return here.desired === meant.desired ? [] : ['count'];
}
