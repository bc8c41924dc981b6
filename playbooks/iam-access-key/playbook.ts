import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, credentialUse, identityChanges } from '../../lib/domain/families.ts';
import { guardDuty, health } from '../../lib/routing/claim.ts';

export default playbook('iam-access-key', 'An access key of an IAM user')
  .handles(
    guardDuty(credentialUse)
      .except(...byDeed)
      .by('user', 'other'),
    guardDuty(...identityChanges)
      .except(...byDeed)
      .by('user'),
    health('AWS_RISK_*'),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Deny the user everything with a policy of its own; a condition on the issue time does nothing against a long-term key.',
    "Set the key inactive, and every other key of the user; note each one's status before.",
    'Look at the other credentials: console password, SSH keys, service-specific credentials, signing certificates.',
    'List what the user created or changed in every Region since the first suspicious call.',
    'Leave the quarantine policy that AWS attached where it is; it is no containment.',
  )
  .inform(openObligations, fileReportTask)
  .report('By the data that was reached. A leaked key itself is T1552 and T1078.004.');
