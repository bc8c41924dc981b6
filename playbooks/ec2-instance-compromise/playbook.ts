import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { blockAtNetworkAcl } from '../../lambdas/ec2/block-at-network-acl/step.ts';
import { captureMemory } from '../../lambdas/ec2/capture-memory/step.ts';
import { leaveAutoScaling } from '../../lambdas/ec2/leave-auto-scaling/step.ts';
import { leaveLoadBalancers } from '../../lambdas/ec2/leave-load-balancers/step.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { measureNetworkAcl } from '../../lambdas/ec2/measure-network-acl/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { proveDisk } from '../../lambdas/ec2/prove-disk/step.ts';
import { quarantineInterfaces } from '../../lambdas/ec2/quarantine-interfaces/step.ts';
import { readLiveFacts } from '../../lambdas/ec2/read-live-facts/step.ts';
import { recordInstance } from '../../lambdas/ec2/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { stopInstance } from '../../lambdas/ec2/stop-instance/step.ts';
import { swapInstanceProfile } from '../../lambdas/ec2/swap-instance-profile/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, malwareInCopies } from '../../lib/domain/finding/families.ts';
import { guardDuty, health } from '../../lib/routing/claim.ts';

export default playbook('ec2-instance-compromise', 'A compromised EC2 instance')
  .handles(
    guardDuty('*:EC2/*').except(...byDeed, ...malwareInCopies, 'Exfiltration:EC2/*'),
    guardDuty('*:Kubernetes/*', '*:Container/*')
      .except(...byDeed)
      .on('instance'),
    guardDuty('*:Runtime/*')
      .except(...byDeed)
      .on('instance', 'none'),
    health('AWS_ABUSE_*').on('instance'),
  )
  .preserve(protectFromTermination, snapshotVolumes, recordInstance, collectLogs)
  // The quarantine cuts the agent off that answers: while people are asked there is time, and under a standing order it is a race.
  .meanwhile(readLiveFacts, captureMemory)
  .contain(
    'quarantine',
    { unless: 'standing order', measure: measureBlastRadius, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First, because it is what stops the attacker. The group and the load balancer follow within seconds; a health check
    // needs at least ten to fail, so the group does not replace the instance in between.
    quarantineInterfaces,
    denySession,
    leaveAutoScaling,
    leaveLoadBalancers,
    swapInstanceProfile,
  )
  // Wider and wider, each by itself: the rule hits neighbours, and the stop takes the memory along.
  .widen(
    'block',
    { outlasting: quarantineInterfaces, measure: measureNetworkAcl, within: minutes(15) },
    blockAtNetworkAcl,
  )
  .widen('stop', { outlasting: quarantineInterfaces, within: minutes(15) }, stopInstance)
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find out where it runs: open the finding in its console; the agent’s host, process and image are in its details.',
    'Quarantine that host by hand: a security group without rules on each of its interfaces.',
  )
  .inform(openObligations, fileReportTask)
  // Copies are complete only after minutes or hours, and the reading of each takes minutes: nobody is to wait for a root hash.
  .lastly(proveDisk)
  .report(
    'Covered or regulated data on it decides. Mining alone: usually none, unless data was within reach. Hashes of malware belong into the indicators; a sample goes to DC3 by a person (DFARS), never by mail.',
  );
