import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { cordonNode } from '../../lambdas/eks/cordon-node/step.ts';
import { detachPodIdentity } from '../../lambdas/eks/detach-pod-identity/step.ts';
import { measureWorkload } from '../../lambdas/eks/measure-workload/step.ts';
import { pauseWorkload } from '../../lambdas/eks/pause-workload/step.ts';
import { quarantinePod } from '../../lambdas/eks/quarantine-pod/step.ts';
import { recordWorkload } from '../../lambdas/eks/record-workload/step.ts';
import { removeAccessEntry } from '../../lambdas/eks/remove-access-entry/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

/** The same look for another question: a state has a name of its own. */
const measureCaller = { ...measureWorkload, title: 'Find out what the caller may do in the cluster' };

export default playbook('eks-workload', 'A pod, a node or a cluster of EKS')
  .handles(
    guardDuty('*:Kubernetes/*', '*:Container/*')
      .except(...byDeed)
      .on('eks', 'ecs', 'none'),
    guardDuty('*:Runtime/*')
      .except(...byDeed)
      .on('eks'),
  )
  // The node first: what the quarantine makes its owner start again is to come onto another one.
  .preserve(cordonNode, recordWorkload, snapshotVolumes, respondForPrincipal)
  .meanwhile(collectLogs)
  .contain(
    'quarantine',
    { unless: 'standing order', measure: measureWorkload, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First: stolen copies of its credentials work wherever they are, and one call ends them.
    denySession,
    quarantinePod,
    // Afterwards, so that what is in quarantine is no longer the owner's to end.
    pauseWorkload,
    // Last, so that it is released first: what its owner starts again is to get its role.
    detachPodIdentity,
  )
  .contain(
    'revoke',
    { unless: 'standing order', measure: measureCaller, within: minutes(15), ifNobodyAnswers: 'hold' },
    // Of a finding about calls to a cluster's API: whoever made them.
    removeAccessEntry,
  )
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find the pod, the node or the user that it is about in the cluster: the finding names it, and the audit log what was done.',
    'Isolate the node with its own playbook, once what runs on it is paused or may go.',
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'Keep the memory of the node: no step of this playbook does.',
    'Where pods get their role by web identity: remove the annotation of their service account, so that new pods get no role. What pods took of the role of their node is the node’s to answer for.',
    'Isolate the node with its own playbook if the attacker got out of the container.',
    'Remove role bindings, the ConfigMap aws-auth’s rows included: the question names those of the whole cluster; renew the secrets the pod had mounted.',
  )
  .report(
    "By the data that was reached; the image's digest and package are indicators. Recreated objects have new ids.",
  );
