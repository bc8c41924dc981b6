import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { quarantineInterfaces } from '../../lambdas/ec2/quarantine-interfaces/step.ts';
import { recordInstance } from '../../lambdas/ec2/record-instance/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { stopInstance } from '../../lambdas/ec2/stop-instance/step.ts';
import { terminateInstance } from '../../lambdas/ec2/terminate-instance/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { stopNotebook } from '../../lambdas/sagemaker/stop-notebook/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('rogue-instance', 'An instance or a notebook that a thief started')
  // Nobody claims one by a finding's type: that of the user or session behind it begins this one.
  .handles()
  .preserve(protectFromTermination, snapshotVolumes, recordInstance)
  .contain(
    'stop',
    {
      measure: measureBlastRadius,
      stands: { held: 'stopped', open: 'still running' },
      within: minutes(15),
      ifNobodyAnswers: 'hold',
    },
    // First, because it takes a second, and works on Spot Instances too, which AWS does not stop.
    quarantineInterfaces,
    denySession,
    // Nothing of the account's own runs on it, so that it need not go on, and its cost ends.
    stopInstance,
    stopNotebook,
  )
  .inform(openObligations, fileReportTask)
  // Two people, by themselves, and only once its disks are kept: nothing brings it back.
  .eradicate('terminate', { within: hours(5), measure: measureBlastRadius }, terminateInstance)
  .leave(
    'Where nobody agreed to terminate it: a Spot Instance costs until somebody does, and the volumes of any instance until they are deleted.',
    'Look for whatever else starts such ones: launch templates, Auto Scaling groups, Spot requests, functions, schedules.',
  )
  .report('What it cost; whether it attacked others, whose notices of abuse then follow.');
