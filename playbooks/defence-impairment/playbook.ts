import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { impairment } from '../../lib/domain/finding/families.ts';
import { cloudTrail, guardDuty } from '../../lib/routing/claim.ts';

export default playbook('defence-impairment', 'Logging or another defence switched off')
  .handles(
    guardDuty(...impairment).except('DefenseImpairment:RDS/*', 'Stealth:RDS/*'),
    cloudTrail(
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'cloudtrail:PutEventSelectors',
      'guardduty:DeleteDetector',
      'guardduty:UpdateDetector',
      'ec2:DeleteFlowLogs',
      'route53resolver:DisassociateResolverQueryLogConfig',
      'organizations:LeaveOrganization',
      'iam:AttachGroupPolicy/AWSCompromisedKeyQuarantine',
      'iam:DetachGroupPolicy/AWSCompromisedKeyQuarantine',
    ),
  )
  .handOver(
    'handover',
    { within: minutes(15) },
    'Find out whether it was us, or an announced change.',
    "Switch logging on again as before; keep the attacker's setting as evidence.",
    'Note the time without logs in the timeline.',
    'Respond for the principal that did it with its own playbook.',
    'Assume the worst of everything that principal did while logging was off.',
  )
  .inform(openObligations, fileReportTask)
  .report('State the gap: it limits what can be said about access to data.');
