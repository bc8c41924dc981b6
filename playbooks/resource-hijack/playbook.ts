import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { deactivateAccessKeys } from '../../lambdas/iam/deactivate-access-keys/step.ts';
import { deactivateOtherCredentials } from '../../lambdas/iam/deactivate-other-credentials/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { denyUser } from '../../lambdas/iam/deny-user/step.ts';
import { listPrincipalChanges } from '../../lambdas/iam/list-principal-changes/step.ts';
import { removeCreatedCredentials } from '../../lambdas/iam/remove-created-credentials/step.ts';
import { traceRoleChain } from '../../lambdas/iam/trace-role-chain/step.ts';
import { respondForStarted } from '../../lambdas/incident/respond-for-started/step.ts';
import { measureSending } from '../../lambdas/ses/measure-sending/step.ts';
import { pauseSending } from '../../lambdas/ses/pause-sending/step.ts';
import { hours, minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('resource-hijack', 'Resources made to be misused')
  .handles(guardDuty('*:SES/*').except(...byDeed))
  .preserve(traceRoleChain, respondForStarted)
  .contain(
    'deny',
    { unless: 'standing order', measure: listPrincipalChanges, within: minutes(15), ifNobodyAnswers: 'hold' },
    // SMTP passwords of SES are made from access keys, and end with them (SES guide, "Obtaining Amazon SES SMTP credentials").
    denyUser,
    denySession,
    deactivateAccessKeys,
    deactivateOtherCredentials,
  )
  // Wider, and asked by itself: it stops innocent mail too.
  .contain('pause', { measure: measureSending, within: minutes(15), ifNobodyAnswers: 'hold' }, pauseSending)
  .inform(openObligations, fileReportTask)
  .eradicate('remove', { within: hours(5), measure: listPrincipalChanges }, removeCreatedCredentials)
  .leave(
    'Stop what it started besides instances and notebooks, and note first how it was: the question and the record list its changes in every Region. Jobs of SageMaker (training, processing, transform) end for good when they are stopped, so that nobody is asked about that here: the question names the command. Models in SageMaker: delete the endpoint, keep its configuration. Bedrock needs nothing more: who is denied everything invokes no model, by an API key of Bedrock neither.',
    'Pause sending in other Regions where it sent: aws sesv2 put-account-sending-attributes --no-sending-enabled --region REGION',
    'Remove the addresses and domains that it had verified: aws sesv2 list-email-identities.',
  )
  .report('The cost, which the question and the record estimate by list prices; the notices of abuse.');
