import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { attackSequences, rootUse } from '../../lib/domain/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('root-user', 'The root user is used')
  .handles(guardDuty(rootUse), guardDuty('*').except(attackSequences).by('root'))
  .handOver(
    'handover',
    { within: minutes(15) },
    'Ask whether a break-glass use was announced; look at the second factor and where the call came from.',
    'Deny the root user by a service control policy. It does not bind the management account: there, people and a Support case.',
    "Look at the root user's keys and log-in with AssumeRoot, and delete them with two people agreeing: they do not come back.",
    'Move the account into the quarantine unit.',
    'Take the mailbox, the phone and the second factor back.',
  )
  .inform(openObligations, fileReportTask)
  .report('Every configured regime is suggested; the lead strikes out.');
