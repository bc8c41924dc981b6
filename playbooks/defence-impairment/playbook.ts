import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { switchLoggingOn } from '../../lambdas/logs/switch-logging-on/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { blinding } from '../../lib/domain/finding/blinding.ts';
import { impairment } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty, onOwnParts } from '../../lib/routing/claim.ts';
import { ownTypes } from '../../lib/routing/own-parts.ts';

export default playbook('defence-impairment', 'Logging or another defence switched off')
  .handles(
    guardDuty(...impairment).except('DefenseImpairment:RDS/*', 'Stealth:RDS/*'),
    cloudTrail(...blinding.keys(), 'iam:DetachGroupPolicy/AWSCompromisedKeyQuarantine'),
    onOwnParts(...ownTypes),
  )
  .preserve(switchLoggingOn, respondForPrincipal)
  // Whoever did it is asked about in a run of their own. Nothing here would be let go again: what was off is on, or people have to know how it was.
  .handOver(
    'handover',
    { within: minutes(15) },
    'Find out whether it was us, or an announced change.',
    'Undo it: with the command, where the question has one; else look in CloudTrail for what was changed, and put that back. A part of Tourniquet is put back by deploying it again.',
    'Where Tourniquet has switched it on again, compare its settings with what you had.',
    'Note in the timeline from when to when it was off.',
    'Assume the worst of what that principal did while it was off: the record and the draft of the report list what is known of that time.',
  )
  .inform(openObligations, fileReportTask)
  .report('State the gap: it limits what can be said about access to data.');
