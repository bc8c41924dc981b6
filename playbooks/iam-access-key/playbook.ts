import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { deactivateAccessKeys } from '../../lambdas/iam/deactivate-access-keys/step.ts';
import { deactivateOtherCredentials } from '../../lambdas/iam/deactivate-other-credentials/step.ts';
import { deleteLoginProfile } from '../../lambdas/iam/delete-login-profile/step.ts';
import { denyUser } from '../../lambdas/iam/deny-user/step.ts';
import { listPrincipalChanges } from '../../lambdas/iam/list-principal-changes/step.ts';
import { readLoginProfile } from '../../lambdas/iam/read-login-profile/step.ts';
import { removeCreatedCredentials } from '../../lambdas/iam/remove-created-credentials/step.ts';
import { traceRoleChain } from '../../lambdas/iam/trace-role-chain/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { denyByOrganization } from '../../lambdas/organization/deny-by-organization/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty, health, notRoot } from '../../lib/routing/claim.ts';

export default playbook('iam-access-key', 'An access key of an IAM user, or a federated session made from one')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('user', 'other'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('user'),
    health('AWS_RISK_*')
      .by(...notRoot)
      .naming('a credential'),
    cloudTrail(
      'iam:AttachUserPolicy/AWSCompromisedKeyQuarantine',
      'iam:DetachUserPolicy/AWSCompromisedKeyQuarantine',
      // It says of a group that a key of one of its users leaked, not whose.
      'iam:AttachGroupPolicy/AWSCompromisedKeyQuarantine',
    ),
  )
  .preserve(traceRoleChain, collectLogs)
  .contain(
    'revoke',
    { unless: 'standing order', measure: listPrincipalChanges, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First: it stops the sessions made from the key too, which outlive it.
    denyUser,
    deactivateAccessKeys,
    deactivateOtherCredentials,
  )
  .escalate('lockdown', { within: minutes(15) }, denyByOrganization)
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find out whose key it is: open the event in AWS Health, or the finding in its console, and look at what it names.',
    'In IAM, look for keys and users that nobody expects (credential report), and what they called last (CloudTrail).',
    'Set the key inactive, and attach AWSDenyAll to its user.',
  )
  .inform(openObligations, fileReportTask)
  .eradicate('remove', { within: hours(5), measure: listPrincipalChanges }, removeCreatedCredentials)
  .eradicate('deleteLogin', { within: hours(5), measure: readLoginProfile }, deleteLoginProfile)
  .leave(
    'Where the quarantine policy was attached to a group, nothing was contained: find the user of the group whose key leaked, and revoke that user by hand.',
    'Look at the second factor of its console log-in. The deny covers it as long as it holds.',
    'Stop the instances that the user started, and remove the users, roles and functions that it created, which nobody needs; the question and the record list them.',
    'After a lockdown attach our quarantine policy to the user once more: only that stops federated sessions made from its keys.',
    'Leave the quarantine policy that AWS attached where it is; it is no containment.',
    'Create a new key for those who need one, and find out how this one leaked.',
  )
  .report('By the data that was reached. A leaked key itself is T1552 and T1078.004.');
