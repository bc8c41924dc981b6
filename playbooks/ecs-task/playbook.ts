import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { measureTask } from '../../lambdas/ecs/measure-task/step.ts';
import { recordTask } from '../../lambdas/ecs/record-task/step.ts';
import { scaleService } from '../../lambdas/ecs/scale-service/step.ts';
import { stopTask } from '../../lambdas/ecs/stop-task/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('ecs-task', 'A task or a cluster of ECS')
  .handles(
    guardDuty('*:ECS/*').except(...byDeed),
    guardDuty('*:Runtime/*')
      .except(...byDeed)
      .on('ecs'),
  )
  .preserve(snapshotVolumes, recordTask)
  .meanwhile(collectLogs)
  .contain(
    'contain',
    { unless: 'standing order', measure: measureTask, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First: stolen copies of its credentials work wherever they are, and as long as they are valid.
    denySession,
    scaleService,
  )
  .inform(openObligations, fileReportTask)
  // Asked by itself: nothing brings a task back. Of a service at zero none is left by then.
  .eradicate('stop', { within: hours(5), measure: measureTask }, stopTask)
  .leave(
    'If it ran on an instance: respond for that instance with its own playbook. Other tasks there, and its own role, were within reach.',
    'Where the task has neither a role nor a service, nothing was contained: stop it by hand (aws ecs stop-task). Of AWS Batch, terminate its job.',
    'Before the release deploy a clean revision: the service starts again with whatever revision it has then.',
    'Change the secrets that its definition names or holds in its environment: they were within reach.',
  )
  .report('By the data that was reached. Fargate leaves no disk image: say so under preservation.');
