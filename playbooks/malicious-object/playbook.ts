import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { denyObject } from '../../lambdas/s3/deny-object/step.ts';
import { measureBucket } from '../../lambdas/s3/measure-bucket/step.ts';
import { quarantineObject } from '../../lambdas/s3/quarantine-object/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty, malwareScan } from '../../lib/routing/claim.ts';

export default playbook('malicious-object', 'A malicious object in S3')
  .handles(guardDuty('Object:S3/*').except(...byDeed), malwareScan('*'))
  .preserve(quarantineObject)
  .contain(
    'deny',
    { unless: 'standing order', measure: measureBucket, within: minutes(15), ifNobodyAnswers: 'hold' },
    denyObject,
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Find out who wrote it, and who has read it since, in the trail or the access logs that the question names; where it names none, nobody can say.',
    'Respond for the instances, pods and functions that have read it with their own playbooks.',
    'Delete the version; this is permanent.',
  )
  .inform(openObligations, fileReportTask)
  .report('Usually none, unless it was executed or customers could see it. Its hash is an indicator.');
