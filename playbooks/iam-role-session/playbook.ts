import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
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
  .handOver(
    'handover',
    { within: minutes(15) },
    'Find out who may assume the role, who did in the last seven days, and what the session assumed next.',
    'Deny this one session by its name; only then think of all older sessions of the role, and say what else that breaks.',
    'Freeze the trust policy where somebody can still come in; keep the document byte for byte.',
    'Read back after a few seconds, and do the same for each further role of the chain.',
    'Undo what the session changed.',
  )
  .inform(openObligations, fileReportTask)
  .report('By the data that was reached.');
