import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, malware } from '../../lib/domain/finding/families.ts';
import { guardDuty, macie } from '../../lib/routing/claim.ts';

export default playbook('data-exposure', 'Data exposed or carried off')
  .handles(
    guardDuty('*:S3/*', 'Exfiltration:EC2/*').except(...byDeed, 'Object:S3/*', ...malware, 'Impact:S3/*'),
    macie('*'),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Find out what is public or shared, since when, and by whom.',
    'Block public access of the bucket; take foreign shares off snapshots and images. A copy already taken does not come back.',
    'Answer for the principal that did it with its own playbook.',
    'List and count the objects that were read, with identity and time.',
    'Ask the owner to mend the template that made it so.',
  )
  .inform(openObligations, fileReportTask)
  .report('Counts of records and people for GDPR and HIPAA; the foreign account id is an indicator.');
