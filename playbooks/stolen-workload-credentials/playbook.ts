import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { recordInstance } from '../../lambdas/ec2/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { traceRoleChain } from '../../lambdas/iam/trace-role-chain/step.ts';
import { denyByOrganization } from '../../lambdas/organization/deny-by-organization/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { stolenCredentials } from '../../lib/domain/finding/families.ts';
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
