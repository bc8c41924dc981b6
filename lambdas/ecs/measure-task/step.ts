import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { EcsTask, serviceArns, taskArn } from '../ecs-task/target.ts';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const TaskMeasured = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
  /** Whether there is a task to stop. */
  removable: Removable,
  /** Since when it is there (ISO 8601, UTC); null where it does not run, or that could not be read. */
  createdAt: z.string().nullable(),
});
export type TaskMeasured = z.infer<typeof TaskMeasured>;

export const measureTask = defineStep({
  name: 'measure-task',
  title: 'Measure who needs the task',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: its service, who sends requests to that, what scales it, and whether the task still runs.',
  target: EcsTask,
  result: TaskMeasured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('ecs:DescribeTasks', (target: EcsTask) => [taskArn(target)]),
    allow('ecs:DescribeServices', serviceArns),
    allow('application-autoscaling:DescribeScalableTargets'),
  ],
});
