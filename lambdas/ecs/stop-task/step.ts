import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { EcsTask, taskArn } from '../ecs-task/target.ts';

/** The task that people were shown, by the moment it was made: null where they were shown none that runs. */
export const Shown = z.object({ createdAt: z.string().nullable() });
export type Shown = z.infer<typeof Shown>;

const task = (target: EcsTask): string[] => [taskArn(target)];

export const stopTask = defineEradication({
  name: 'stop-task',
  title: 'Stop the task',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'Its containers end, and what is in their memory and on a disk of Fargate is lost. This is final: a stopped task cannot be started again. A service that is not at zero starts another one, from the same image.',
  target: EcsTask,
  shown: Shown,
  result: Removal,
  within: 60,
  permissions: [allow('ecs:DescribeTasks', task), allow('ecs:StopTask', task)],
});
