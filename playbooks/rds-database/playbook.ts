import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, impairment } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('rds-database', 'A database of RDS or Aurora')
  .handles(guardDuty('*:RDS/*').except(...byDeed.filter((type) => !impairment.includes(type))))
  .handOver(
    'handover',
    { within: minutes(15) },
    'Take a snapshot by hand, protect the database from deletion, keep its logs.',
    'Remove public access and narrow the security group; live sessions survive that.',
    'Lock the database user and renew its secret, with two people agreeing; then end its sessions.',
    'Remove foreign shares from its snapshots.',
    'Find out what was read, from the activity stream and the logs; restore to a clean copy if it was tampered with.',
  )
  .inform(openObligations, fileReportTask)
  .report('Tables and rows that were read, as numbers of people.');
