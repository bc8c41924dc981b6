import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
} from '@aws-sdk/client-lambda';
import { orGone } from '../../runtime/facts.ts';
import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { eventSourcesOf } from '../event-sources.ts';
import { type LambdaFunction, whyNoGood } from '../lambda-function/target.ts';
import { aliasesOf, latest, policyOf } from '../policy.ts';
import { provisionedOf } from '../provisioned.ts';
import {
  edgeSentence,
  invokersIn,
  invokersSentence,
  longestWait,
  mayRunAtTheEdge,
  provisionedSentence,
  runsSentence,
  settingsSentences,
  sourceSentence,
  urlSentence,
} from './plan.ts';
import { measureFunction } from './step.ts';

type Looking = Pick<StepContext<LambdaFunction>, 'target' | 'session' | 'now'>;

const week = 7 * 86_400_000;

async function runs({ target, session, now }: Looking): Promise<string[]> {
  const end = Date.parse(now());
  const { Datapoints = [] } = await session.client(CloudWatchClient).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: target.id }],
      StartTime: new Date(end - week),
      EndTime: new Date(end),
      Period: week / 1000,
      Statistics: ['Sum'],
    }),
  );
  return [runsSentence(Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0))];
}

async function sources({ target, session }: Looking): Promise<string[]> {
  const found = await eventSourcesOf(session, target.id);
  return found.map(({ EventSourceArn = 'of its own cluster', State = '' }) => sourceSentence(EventSourceArn, State));
}

async function invokers({ target: { id }, session }: Looking): Promise<string[]> {
  const qualifiers = [latest, ...(await aliasesOf(session, id))];
  const policies = await Promise.all(qualifiers.map((one) => policyOf(session, id, one)));
  return [invokersSentence([...new Set(policies.flatMap((one) => (one ? invokersIn(one.policy) : [])))].toSorted())];
}

async function url({ target, session }: Looking): Promise<string[]> {
  const command = new ListFunctionUrlConfigsCommand({ FunctionName: target.id });
  const { FunctionUrlConfigs = [] } = await session.client(LambdaClient).send(command);
  return [urlSentence(FunctionUrlConfigs.map(({ AuthType = '' }) => ({ auth: AuthType })))].flatMap((one) => one ?? []);
}

/** Of the configuration nothing is passed on but what is named here: its environment may hold secrets. */
async function settings({ target, session }: Looking): Promise<string[]> {
  const lambda = session.client(LambdaClient);
  const which = { FunctionName: target.id };
  const [{ State = 'Active', Timeout: timeout = 3, VpcConfig, DeadLetterConfig }, events] = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand(which)),
    lambda.send(new GetFunctionEventInvokeConfigCommand(which)).catch(orGone),
  ]);
  return settingsSentences({
    state: State,
    timeout,
    vpc: VpcConfig?.VpcId || null,
    eventAge: events?.MaximumEventAgeInSeconds ?? longestWait,
    lastResort: events?.DestinationConfig?.OnFailure?.Destination ?? DeadLetterConfig?.TargetArn ?? null,
  });
}

async function provisioned({ target, session }: Looking): Promise<string[]> {
  return [provisionedSentence(await provisionedOf(session, target.id))].flatMap((one) => one ?? []);
}

/** Nobody is asked about aliases that cannot go back: whoever is asked to stop the function reads why. */
const stuck = async ({ target }: Looking): Promise<string[]> =>
  target.late && target.late.stuck.length > 0 ? [`Its aliases cannot be pointed back: ${whyNoGood(target)}`] : [];

async function edge({ target: { role }, session }: Looking): Promise<string[]> {
  if (!role) return [];
  const { Role } = await session.client(IAMClient).send(new GetRoleCommand({ RoleName: role.name }));
  return mayRunAtTheEdge(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) ? [edgeSentence] : [];
}

const parts = {
  'How often it runs': runs,
  'Event sources': sources,
  'Who may invoke it': invokers,
  'Its URL': url,
  'Its settings': settings,
  'What is provisioned': provisioned,
  'Its aliases': stuck,
  'Whether it runs at the edge': edge,
} as const;

export const handler = serveStep(measureFunction, (looking) => measured<Looking>(parts, looking));
