import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('resource-hijack', 'Resources made to be misused')
  .handles(guardDuty('*:SES/*').except(...byDeed))
  .handOver(
    'handover',
    { within: minutes(15) },
    'List everything the principal created, in all Regions; take snapshots.',
    'Stop its instances, pause sending mail.',
    'Terminate and delete, with two approvals: this is permanent.',
  )
  .inform(openObligations, fileReportTask)
  .report('An estimate of the cost; the notices of abuse.');
