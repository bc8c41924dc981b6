import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { attackSequences } from '../../lib/domain/finding/families.ts';
import { guardDuty, holders } from '../../lib/routing/claim.ts';

export default playbook('attack-sequence', 'An attack in several steps')
  .handles(guardDuty(attackSequences).by(...holders))
  .handOver(
    'handover',
    { within: minutes(15) },
    "Fetch the finding from GuardDuty itself: Security Hub's copy is cut short.",
    'Respond for identities first, then machines, then data, each with its own playbook.',
    'Keep one timeline and one report: the signals carry their own times.',
  )
  .inform(openObligations, fileReportTask)
  .report(
    'One incident and one set of clocks, from the earliest start of its members. More than one regime is likely.',
  );
