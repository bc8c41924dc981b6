import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { denyOlderSessions } from '../../lambdas/iam/deny-older-sessions/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { freezeTrust } from '../../lambdas/iam/freeze-trust/step.ts';
import { listPrincipalChanges } from '../../lambdas/iam/list-principal-changes/step.ts';
import { removeCreatedCredentials } from '../../lambdas/iam/remove-created-credentials/step.ts';
import { traceRoleChain } from '../../lambdas/iam/trace-role-chain/step.ts';
import { denyByOrganization } from '../../lambdas/organization/deny-by-organization/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty } from '../../lib/routing/claim.ts';

export default playbook('iam-role-session', 'A session of an IAM role')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('role'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('role', 'other'),
    cloudTrail('iam:AttachRolePolicy/AWSCompromisedKeyQuarantine', 'iam:DetachRolePolicy/AWSCompromisedKeyQuarantine'),
  )
  .preserve(traceRoleChain)
  .contain(
    'deny',
    { unless: 'standing order', measure: listPrincipalChanges, within: minutes(15), ifNobodyAnswers: 'hold' },
    denySession,
  )
  // Wider, and asked by itself: it stops innocent sessions and whoever logs in next.
  .contain('revoke', { within: minutes(15), ifNobodyAnswers: 'hold' }, denyOlderSessions, freezeTrust)
  .escalate('lockdown', { within: minutes(15) }, denyByOrganization)
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find out whose session it is: open the finding in its console, and look for the caller of its calls (CloudTrail).',
    'Deny the sessions of its role: IAM, the role, Revoke sessions.',
  )
  .inform(openObligations, fileReportTask)
  .eradicate('remove', { within: hours(5), measure: listPrincipalChanges }, removeCreatedCredentials)
  .leave(
    'Check again what the session assumed: CloudTrail shows calls up to 15 minutes late.',
    'Switch off the trust anchor or identity provider the session came through, if the thief can use it again.',
    'Stop the instances that the session started, remove the users, roles and functions that it created, and undo its other changes.',
  )
  .report('By the data that was reached.');
