import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { isolateDatabase } from '../../lambdas/rds/isolate-database/step.ts';
import { measureDatabase } from '../../lambdas/rds/measure-database/step.ts';
import { protectDatabase } from '../../lambdas/rds/protect-database/step.ts';
import { recordDatabase } from '../../lambdas/rds/record-database/step.ts';
import { rotateMasterPassword } from '../../lambdas/rds/rotate-master-password/step.ts';
import { snapshotDatabase } from '../../lambdas/rds/snapshot-database/step.ts';
import { unshareDatabaseSnapshots } from '../../lambdas/rds/unshare-database-snapshots/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, impairment } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('rds-database', 'A database of RDS or Aurora')
  .handles(guardDuty('*:RDS/*').except(...byDeed.filter((type) => !impairment.includes(type))))
  .preserve(protectDatabase, snapshotDatabase, recordDatabase, respondForPrincipal)
  .meanwhile(collectLogs)
  .contain(
    'isolate',
    { unless: 'standing order', measure: measureDatabase, within: minutes(15), ifNobodyAnswers: 'hold' },
    isolateDatabase,
    unshareDatabaseSnapshots,
  )
  .inform(openObligations, fileReportTask)
  // Asked by itself: whoever has a copy of the old password, innocent or not, never logs in with it again.
  .eradicate('rotate', { within: hours(5), measure: measureDatabase }, rotateMasterPassword)
  .leave(
    'End its open sessions: restart the database, or end them one by one. They survive the isolation, and a new password too.',
    'Lock the database user that logged in, before the release. Where RDS does not manage the password of the master user, set another one, with two people agreeing: the question names the command.',
    'Find out what was read, from the activity stream that the question names and from the logs; restore to a clean copy if it was tampered with.',
  )
  .report('Tables and rows that were read, as numbers of people.');
