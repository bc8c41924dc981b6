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
    'Remove its triggers; what waits in the queues is processed later.',
    'Set its concurrency to zero; note the former value, or that there was none: these differ.',
    'Set the alias back to the last good version; renew the secrets in its environment.',
  )
  .inform(openObligations, fileReportTask)
  .report('By the data its role reached; who changed the code, and when.');
