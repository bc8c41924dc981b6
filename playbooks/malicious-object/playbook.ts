import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { deleteVersion } from '../../lambdas/s3/delete-version/step.ts';
import { denyObject } from '../../lambdas/s3/deny-object/step.ts';
import { measureBucket } from '../../lambdas/s3/measure-bucket/step.ts';
import { quarantineObject } from '../../lambdas/s3/quarantine-object/step.ts';
import { readVersion } from '../../lambdas/s3/read-version/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty, malwareScan } from '../../lib/routing/claim.ts';

export default playbook('malicious-object', 'A malicious object in S3')
  .handles(guardDuty('Object:S3/*').except(...byDeed), malwareScan('*'))
  .preserve(quarantineObject)
  .meanwhile(collectLogs)
  .contain(
    'deny',
    { unless: 'standing order', measure: measureBucket, within: minutes(15), ifNobodyAnswers: 'hold' },
    denyObject,
  )
  .inform(openObligations, fileReportTask)
  // Asked by itself, and never where the vault has no copy: nothing brings a version back.
  .eradicate('delete', { within: hours(5), measure: readVersion }, deleteVersion)
  .leave(
    'Find out who wrote it, and who has read it since, in the trail or the access logs that the question names; where it names none, nobody can say.',
    'Respond for the instances, pods and functions that have read it with their own playbooks.',
    'Where the vault has no copy of the version, nobody was asked to delete it: copy it by hand before you delete it, or leave it denied.',
  )
  .report('Usually none, unless it was executed or customers could see it. Its hash is an indicator.');
