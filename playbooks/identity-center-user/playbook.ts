import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('identity-center-user', 'A person of IAM Identity Center')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('identity-center'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('identity-center'),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    "List the person's assignments and live sessions in all accounts.",
    'Deny the person in the permission sets, and provision them.',
    'Ask the owner of the identity provider to disable the account, to end its sessions and to reset its second factor.',
    'Remove the assignments; look for mail rules and new devices.',
  )
  .inform(openObligations, fileReportTask)
  .report('The person concerned is not told by the tool, and no approval runs through a channel they are in.');
