import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForSequence } from '../../lambdas/incident/respond-for-sequence/step.ts';
import { playbook } from '../../lib/asl/notation.ts';
import { attackSequences } from '../../lib/domain/finding/families.ts';
import { guardDuty, holders } from '../../lib/routing/claim.ts';

export default playbook('attack-sequence', 'An attack in several steps')
  .handles(guardDuty(attackSequences).by(...holders))
  .preserve(respondForSequence)
  .inform(openObligations, fileReportTask)
  .report(
    'One incident and one set of clocks, from the earliest start of its members. More than one regime is likely.',
  );
