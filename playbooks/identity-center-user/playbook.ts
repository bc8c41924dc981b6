import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { denyIdentityCenterUser } from '../../lambdas/identity-center/deny-identity-center-user/step.ts';
import { listAssignments } from '../../lambdas/identity-center/list-assignments/step.ts';
import { taskIdentityProvider } from '../../lambdas/identity-center/task-identity-provider/step.ts';
import { denyByOrganization } from '../../lambdas/organization/deny-by-organization/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/finding/families.ts';
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
  .contain(
    'deny',
    { unless: 'standing order', measure: listAssignments, within: minutes(15), ifNobodyAnswers: 'hold' },
    denyIdentityCenterUser,
  )
  .escalate('lockdown', { within: minutes(15) }, denyByOrganization)
  .handOver(
    'handover',
    { within: minutes(15) },
    'Hand the task to the owner of the identity provider, in person or by phone: disable the account, end its sessions, reset its password and second factor.',
    'If Tourniquet could not write the deny: deny the person in their permission sets, and provision these to all accounts.',
    "Look at what the person's sessions did in each account they can enter.",
    'Look for mail rules, forwarding, new devices and consents.',
  )
  .inform(taskIdentityProvider, openObligations, fileReportTask)
  .leave(
    'Remove the assignments that the person does not need.',
    'Confirm with the owner of the identity provider that the account is safe.',
    'Release the incident last: that removes the deny.',
  )
  .report('Tourniquet does not notify the person concerned. Use no channel they are in for approvals.');
