import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('decoy-tripped', 'A decoy was touched')
  .handles()
  .handOver(
    'handover',
    { within: minutes(15) },
    'Respond for the principal with its own playbook, at once: nobody has a good reason to touch a decoy.',
    'Leave the decoy in place: it keeps reporting.',
  )
  .inform(openObligations, fileReportTask)
  .report('It proves how early the attack was discovered.');
