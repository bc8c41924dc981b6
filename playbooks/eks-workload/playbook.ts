import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('eks-workload', 'A pod, a node or a cluster of EKS')
  .handles(
    guardDuty('*:Kubernetes/*', '*:Container/*')
      .except(...byDeed)
      .on('eks', 'ecs', 'none'),
    guardDuty('*:Runtime/*')
      .except(...byDeed)
      .on('eks'),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Keep the facts of pod, owner, image and node, its logs, and the audit log of the time.',
    'Take the pod out of service by its labels and deny its network with a policy of its own; do not delete it.',
    'Deny its identity: the session of its role, or the pod identity association.',
    'Pause its owner, cordon its node; isolate the node if the attacker got out of the container.',
    'Remove role bindings and access entries; renew the secrets the pod had mounted.',
  )
  .inform(openObligations, fileReportTask)
  .report(
    "By the data that was reached; the image's digest and package are indicators. Recreated objects have new ids.",
  );
