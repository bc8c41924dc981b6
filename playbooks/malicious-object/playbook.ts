import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty, malwareScan } from '../../lib/routing/claim.ts';

export default playbook('malicious-object', 'A malicious object in S3')
  .handles(guardDuty('Object:S3/*').except(...byDeed), malwareScan('*'))
  .handOver(
    'handover',
    { within: minutes(15) },
    'Tag the object so that the bucket policy denies reading it, or deny it there.',
    'Copy exactly that version into quarantine.',
    'Find out who wrote it, and who has read it since.',
    'Delete the version; this is permanent.',
  )
  .inform(openObligations, fileReportTask)
  .report('Usually none, unless it was executed or customers could see it. Its hash is an indicator.');
