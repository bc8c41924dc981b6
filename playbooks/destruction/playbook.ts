import { keepRecoveryPoints } from '../../lambdas/backup/keep-recovery-points/step.ts';
import { measureBackups } from '../../lambdas/backup/measure-backups/step.ts';
import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { keepKey } from '../../lambdas/kms/keep-key/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { denyDestruction } from '../../lambdas/organization/deny-destruction/step.ts';
import { denyDeletes } from '../../lambdas/s3/deny-deletes/step.ts';
import { denyOnBucket } from '../../lambdas/s3/deny-on-bucket/step.ts';
import { listVersions } from '../../lambdas/s3/list-versions/step.ts';
import { measureBucket } from '../../lambdas/s3/measure-bucket/step.ts';
import { stopBucketLifecycle } from '../../lambdas/s3/stop-bucket-lifecycle/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty } from '../../lib/routing/claim.ts';

export default playbook('destruction', 'Destruction or ransom')
  .handles(
    guardDuty('Impact:S3/*').except(...byDeed),
    cloudTrail('kms:ScheduleKeyDeletion', 'kms:DisableKey', 'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault'),
  )
  // Every minute destroys more.
  .preserve(respondForPrincipal, listVersions, keepKey, keepRecoveryPoints)
  .meanwhile(collectLogs)
  .contain(
    'protect',
    {
      unless: 'standing order',
      measure: measureBucket,
      stands: { held: 'destruction stopped', open: 'destruction not stopped' },
      within: minutes(15),
      ifNobodyAnswers: 'hold',
    },
    // What destroys by itself comes last: it needs hours, and whoever acts seconds.
    denyOnBucket,
    denyDeletes,
    stopBucketLifecycle,
  )
  // The whole account, and whoever is in it: asked by itself.
  .contain(
    'freeze',
    { needs: 'two', measure: measureBackups, within: minutes(15), ifNobodyAnswers: 'hold' },
    denyDestruction,
  )
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find out what is destroyed, and by whom: open the finding in its console, and look for the calls around its time (CloudTrail).',
    'Stop by hand what goes on, and the person behind it: no lever works on what the finding names.',
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'Lock the snapshots and vaults that are left: `aws backup put-backup-vault-lock-configuration --backup-vault-name NAME` locks a vault in governance mode, which anyone who has the right removes again. With `--changeable-for-days 3` nobody does after three days, not even AWS: there is no way back from that.',
    'Recovery points that expire soon: `aws backup update-recovery-point-lifecycle` gives them more time, by somebody whom the policy of the vault leaves out.',
    'A key is enabled by itself; where that failed, cancel its deletion and enable it.',
    'Restore by the plan in the vault (restore-plan), into a clean place first, with two people agreeing.',
  )
  .report(
    'Loss of availability is a breach under the GDPR too. CIRCIA: 24 hours after a ransom payment. No advice on paying.',
  );
