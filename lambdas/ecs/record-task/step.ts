import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { EcsTask, serviceArns, taskArn } from '../ecs-task/target.ts';

export const recordTask = defineStep({
  name: 'record-task',
  title: 'Record the task, its definition, its service and its cluster',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only; hashed and sealed in the evidence vault, the values of environment variables included. Secrets that the definition only names are not read.',
  target: EcsTask,
  result: Recorded,
  outcomes: recordedOutcomes,
  within: 60,
  hub: ['vault'],
  permissions: [
    allow('ecs:DescribeTasks', (target: EcsTask) => [taskArn(target)]),
    allow('ecs:DescribeTaskDefinition'),
    allow('ecs:DescribeServices', serviceArns),
    allow('ecs:DescribeClusters', (target: EcsTask) => [arn(target, 'ecs', `cluster/${target.cluster}`)]),
  ],
});
