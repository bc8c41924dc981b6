import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty } from '../../lib/routing/claim.ts';

export default playbook('destruction', 'Destruction or ransom')
  .handles(
    guardDuty('Impact:S3/*').except(...byDeed),
    cloudTrail('kms:ScheduleKeyDeletion', 'kms:DisableKey', 'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault'),
  )
  // Every minute destroys more.
  .preserve(respondForPrincipal)
  .handOver(
    'handover',
    { within: minutes(15) },
    'Cancel key deletions, enable keys, lock snapshots and vaults.',
    'Remove lifecycle and replication rules that the attacker made; deny deletions in the bucket policy.',
    'Count versions and delete markers: deleted objects of a versioned bucket come back.',
    'Restore into a clean place first, with two people agreeing.',
  )
  .inform(openObligations, fileReportTask)
  .report(
    'Loss of availability is a breach under the GDPR too. CIRCIA: 24 hours after a ransom payment. No advice on paying.',
  );
