import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { isolateDatabase } from '../../lambdas/rds/isolate-database/step.ts';
import { measureDatabase } from '../../lambdas/rds/measure-database/step.ts';
import { protectDatabase } from '../../lambdas/rds/protect-database/step.ts';
import { recordDatabase } from '../../lambdas/rds/record-database/step.ts';
import { snapshotDatabase } from '../../lambdas/rds/snapshot-database/step.ts';
import { unshareDatabaseSnapshots } from '../../lambdas/rds/unshare-database-snapshots/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, impairment } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('rds-database', 'A database of RDS or Aurora')
  .handles(guardDuty('*:RDS/*').except(...byDeed.filter((type) => !impairment.includes(type))))
  .preserve(protectDatabase, snapshotDatabase, recordDatabase, respondForPrincipal)
  .contain(
    'isolate',
    { unless: 'standing order', measure: measureDatabase, within: minutes(15), ifNobodyAnswers: 'hold' },
    isolateDatabase,
    unshareDatabaseSnapshots,
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'End its open sessions: restart the database, or end them one by one. They survive the isolation.',
    'Lock the database user and renew its secret, with two people agreeing.',
    'Find out what was read, from the activity stream and the logs; restore to a clean copy if it was tampered with.',
  )
  .report('Tables and rows that were read, as numbers of people.');
