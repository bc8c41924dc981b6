import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { quarantineInterfaces } from '../../lambdas/ec2/quarantine-interfaces/step.ts';
import { recordInstance } from '../../lambdas/ec2/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { stopInstance } from '../../lambdas/ec2/stop-instance/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('rogue-instance', 'An instance that a thief started')
  // Nobody claims one by a finding's type: that of the user or session behind it begins this one.
  .handles()
  .preserve(protectFromTermination, snapshotVolumes, recordInstance)
  .contain(
    'stop',
    { measure: measureBlastRadius, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First, because it takes a second, and works on Spot Instances too, which AWS does not stop.
    quarantineInterfaces,
    denySession,
    // Nothing of the account's own runs on it, so that it need not go on, and its cost ends.
    stopInstance,
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'Terminate it with two people, once the snapshots of its volumes are completed: that is permanent. A Spot Instance costs until then.',
    'Look for whatever else starts such ones: launch templates, Auto Scaling groups, Spot requests, functions, schedules.',
  )
  .report('What it cost; whether it attacked others, whose notices of abuse then follow.');
