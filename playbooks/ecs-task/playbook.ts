import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('ecs-task', 'A task or a cluster of ECS')
  .handles(
    guardDuty('*:ECS/*').except(...byDeed),
    guardDuty('*:Runtime/*')
      .except(...byDeed)
      .on('ecs'),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Keep the task, its definition, its service and its logs.',
    "Deny the sessions of the task's role.",
    'Set the service back to the last good revision, or to no task at all; note revision and count first.',
    'Stop the task: it does not come back.',
    'If it ran on an instance: respond for that instance with its own playbook.',
  )
  .inform(openObligations, fileReportTask)
  .report('By the data that was reached. Fargate leaves no disk image: say so under preservation.');
