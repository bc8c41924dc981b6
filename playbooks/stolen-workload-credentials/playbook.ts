import { denyByOrganization } from '../../lambdas/deny-by-organization/step.ts';
import { denySession } from '../../lambdas/deny-session/step.ts';
import { fileReportTask } from '../../lambdas/file-report-task/step.ts';
import { measureBlastRadius } from '../../lambdas/measure-blast-radius/step.ts';
import { openObligations } from '../../lambdas/open-obligations/step.ts';
import { protectFromTermination } from '../../lambdas/protect-from-termination/step.ts';
import { recordInstance } from '../../lambdas/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/snapshot-volumes/step.ts';
import { traceRoleChain } from '../../lambdas/trace-role-chain/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { stolenCredentials } from '../../lib/domain/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('stolen-workload-credentials', 'Credentials of a workload used elsewhere')
  .handles(guardDuty(...stolenCredentials))
  .preserve(protectFromTermination, snapshotVolumes, traceRoleChain, recordInstance)
  .contain(
    'deny',
    { unless: 'standing order', measure: measureBlastRadius, within: minutes(15), ifNobodyAnswers: 'hold' },
    denySession,
  )
  .escalate('lockdown', { within: minutes(15) }, denyByOrganization)
  .inform(openObligations, fileReportTask)
  .report('The data the stolen session reached decides on GDPR, HIPAA, DFARS and PCI: list its calls.');
