import { deactivateAccessKeys } from '../../lambdas/deactivate-access-keys/step.ts';
import { deactivateOtherCredentials } from '../../lambdas/deactivate-other-credentials/step.ts';
import { denyUser } from '../../lambdas/deny-user/step.ts';
import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { listPrincipalChanges } from '../../lambdas/list-principal-changes/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/families.ts';
import { cloudTrail, guardDuty, health } from '../../lib/routing/claim.ts';

export default playbook('iam-access-key', 'An access key of an IAM user')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('user', 'other'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('user'),
    health('AWS_RISK_*'),
    cloudTrail('iam:AttachUserPolicy/AWSCompromisedKeyQuarantine'),
  )
  .contain(
    'revoke',
    { unless: 'standing order', measure: listPrincipalChanges, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First: it stops the sessions made from the key too, which outlive it.
    denyUser,
    deactivateAccessKeys,
    deactivateOtherCredentials,
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'Look at the console log-in: its password and its second factor. The deny covers them as long as it holds.',
    'Remove what the user created and nobody wants; the list stands in the question and on the record.',
    'Where the deny does not hold, use an emergency service control policy, with two people agreeing.',
    'Leave the quarantine policy that AWS attached where it is; it is no containment.',
    'Make a new key for whoever needs one, and find out how this one got out.',
  )
  .report('By the data that was reached. A leaked key itself is T1552 and T1078.004.');
