import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('lambda-function', 'A Lambda function')
  .handles(guardDuty('*:Lambda/*').except(...byDeed))
  .handOver(
    'handover',
    { within: minutes(15) },
    'Save its code, configuration, policy, layers and triggers.',
    'Deny the sessions of its role.',
    'Take its triggers off; what waits in the queues comes later.',
    'Set its concurrency to zero; note what it was, or that it was not set: they are not the same.',
    'Put the alias back to the last good version; renew the secrets in its environment.',
  )
  .inform(openObligations, fileReportTask)
  .report('By the data its role reached; who changed the code, and when.');
