import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { denySession } from '../../lambdas/iam/deny-session/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { disableTriggers } from '../../lambdas/lambda/disable-triggers/step.ts';
import { measureFunction } from '../../lambdas/lambda/measure-function/step.ts';
import { measureVersions } from '../../lambdas/lambda/measure-versions/step.ts';
import { recordFunction } from '../../lambdas/lambda/record-function/step.ts';
import { rewindAliases } from '../../lambdas/lambda/rewind-aliases/step.ts';
import { stopFunction } from '../../lambdas/lambda/stop-function/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed } from '../../lib/domain/finding/families.ts';
import { guardDuty } from '../../lib/routing/claim.ts';

export default playbook('lambda-function', 'A Lambda function')
  .handles(guardDuty('*:Lambda/*').except(...byDeed))
  .preserve(recordFunction, respondForPrincipal)
  .meanwhile(collectLogs)
  .contain(
    'stop',
    { unless: 'standing order', measure: measureFunction, within: minutes(15), ifNobodyAnswers: 'hold' },
    // First what has been stolen, then what would start it again, then all that is left.
    denySession,
    disableTriggers,
    stopFunction,
  )
  .contain(
    'rewind',
    { unless: 'standing order', measure: measureVersions, within: minutes(15), ifNobodyAnswers: 'hold' },
    // By itself: where the function has to go on, it can be the only answer.
    rewindAliases,
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'Publish clean code and point the aliases to it before the release, which points them back; the vault has the code, the versions and the aliases as they were.',
    'Renew the secrets in its environment.',
    'If CloudFront runs it as Lambda@Edge, detach it from the distribution: its copies at the edge are not stopped.',
  )
  .report('By the data its role reached; who changed the code, and when.');
