import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { playbook } from '../../lib/asl/notation.ts';

export default playbook('decoy-tripped', 'A decoy was touched')
  // Nobody claims a decoy by its type: what the configuration names as one is known to the desk and to open-incident.
  .handles()
  .preserve(respondForPrincipal)
  .inform(openObligations, fileReportTask)
  .leave('Leave the decoy in place: it keeps reporting.')
  .report('It proves how early the attack was discovered.');
