import { denyOlderSessions } from '../../lambdas/deny-older-sessions/step.ts';
import { denySession } from '../../lambdas/deny-session/step.ts';
import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { freezeTrust } from '../../lambdas/freeze-trust/step.ts';
import { listPrincipalChanges } from '../../lambdas/list-principal-changes/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('iam-role-session', 'A session of an IAM role or a federated user')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('role'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('role', 'other'),
  )
  .contain(
    'deny',
    { unless: 'standing order', measure: listPrincipalChanges, within: minutes(15), ifNobodyAnswers: 'hold' },
    denySession,
  )
  // Wider, and asked by itself: it stops innocent sessions and whoever logs in next.
  .contain('revoke', { within: minutes(15), ifNobodyAnswers: 'hold' }, denyOlderSessions, freezeTrust)
  .inform(openObligations, fileReportTask)
  .leave(
    'Contain each further role of the chain: what the session assumed stands in the question and on the record.',
    'Switch off the trust anchor or identity provider the session came through, if the thief can use it again.',
    'Undo what the session changed.',
  )
  .report('By the data that was reached.');
