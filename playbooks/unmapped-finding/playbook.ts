import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { recordInstance } from '../../lambdas/ec2/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { startPickedPlaybook } from '../../lambdas/incident/start-picked-playbook/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('unmapped-finding', 'A finding without a playbook of its own')
  .handlesTheRest()
  .preserve(protectFromTermination, snapshotVolumes, recordInstance)
  .handOver(
    'handover',
    { within: minutes(15), picking: startPickedPlaybook },
    'Read the finding, and start a playbook that fits; where none does, follow the page of the nearest by hand.',
    'Where it names nothing, open it in the console that it comes from, such as AWS Health: it lists there what is affected.',
    'Report the type to the maintainers: it belongs in a playbook.',
  )
  .inform(openObligations, fileReportTask)
  .report('Whether it touches covered data decides.');
