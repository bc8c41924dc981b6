import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { auditRootCredentials } from '../../lambdas/organization/audit-root-credentials/step.ts';
import { deleteRootCredentials } from '../../lambdas/organization/delete-root-credentials/step.ts';
import { denyByOrganization } from '../../lambdas/organization/deny-by-organization/step.ts';
import { quarantineAccount } from '../../lambdas/organization/quarantine-account/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { attackSequences, rootUse } from '../../lib/domain/finding/families.ts';
import { guardDuty, health } from '../../lib/routing/claim.ts';

export default playbook('root-user', 'The root user is used')
  .handles(guardDuty(rootUse), guardDuty('*').except(attackSequences).by('root'), health('AWS_RISK_*').by('root'))
  .contain(
    'deny',
    { measure: auditRootCredentials, needs: 'two', within: minutes(15), ifNobodyAnswers: 'hold' },
    denyByOrganization,
  )
  // Wider, and asked by itself: nobody else works in the account any more.
  .contain('quarantine', { needs: 'two', within: minutes(15), ifNobodyAnswers: 'hold' }, quarantineAccount)
  .handOver(
    'handover',
    { within: minutes(15) },
    'Ask by phone whether this was a break-glass use, even where none is announced; look at the second factor and where the call came from.',
    'Regain control of the mailbox, the phone and the second factor.',
    'In the management account no policy applies to the root user: change its password and keys by hand, and open a Support case.',
  )
  .inform(openObligations, fileReportTask)
  .eradicate('remove', { within: hours(5), measure: auditRootCredentials }, deleteRootCredentials)
  .report('Every configured regime is suggested; the lead strikes out.');
