import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { byKey, inlineOf, type Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { findingAbout, readBack } from '../../../test/sandbox/finding.ts';
import {
  aliasesOf,
  busyFunction,
  called,
  concurrencyOf,
  innocent,
  openShop,
  reads,
  removeFunction,
  reservedFunction,
  rights,
  tamper,
} from '../../../test/sandbox/shop-functions.ts';
import { latest, qualified } from '../policy.ts';
import type { LambdaFunction } from './target.ts';

/** Functions of earlier tests. */
const made = new Set<string>();

const about =
  (make: (deployment: Ground['deployment']) => Promise<string>) =>
  async ({ deployment }: Ground): Promise<Finding> => {
    const functionName = await make(deployment);
    made.add(functionName);
    const found = findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' });
    return readBack({ ...found, resource: { resourceType: 'Lambda', lambdaDetails: { functionName } } });
  };

async function statements(lambda: LambdaClient, FunctionName: string, qualifier: string): Promise<unknown> {
  const asked = lambda.send(new GetPolicyCommand(qualified(FunctionName, qualifier)));
  const found = await asked.catch((error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
  });
  const { Statement = [] } = JSON.parse(found?.Policy ?? '{}') as { Statement?: readonly { readonly Sid: string }[] };
  return Statement.toSorted((a, b) => (a.Sid < b.Sid ? -1 : 1));
}

const nameOf = (arn = ''): string => arn.split(':').at(-1) ?? '';

/** What is set, and whether it works: for a thief by its URL and with its credentials, and for those who have nothing to do with it. */
async function look(stage: Stage, { id }: LambdaFunction): Promise<Picture> {
  const lambda = stage.client(LambdaClient, 'member');
  const FunctionName = id;
  const [concurrency, { EventSourceMappings = [] }, ...rest] = await Promise.all([
    concurrencyOf(stage, id),
    lambda.send(new ListEventSourceMappingsCommand({ FunctionName })),
    statements(lambda, id, latest),
    id.startsWith('pay-') ? statements(lambda, id, 'live') : [],
    inlineOf(stage, id),
    aliasesOf(stage, id),
    called(stage, id),
    reads(stage, id, id),
    // Another function with the same role, and another function altogether.
    reads(stage, id, 'sister'),
    called(stage, innocent),
  ]);
  const [own, live, inline, aliases, thiefCalls, thiefReads, sisterReads, innocentServes] = rest;
  const sources = byKey(EventSourceMappings.map(({ EventSourceArn, State }) => [nameOf(EventSourceArn), State]));
  return { concurrency, sources, own, live, inline, aliases, thiefCalls, thiefReads, sisterReads, innocentServes };
}

/** Somebody else's work: another concurrency, reserved and provisioned, another version for the alias, another statement under the same name, one more, and a right more for the role. */
async function meddle({ client }: Stage, { id: FunctionName }: LambdaFunction): Promise<void> {
  const lambda = client(LambdaClient, 'member');
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 7 }));
  const warm = { Qualifier: FunctionName.startsWith('pay-') ? 'live' : '1', ProvisionedConcurrentExecutions: 3 };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand({ FunctionName, ...warm }));
  const FunctionVersion = FunctionName.startsWith('pay-') ? '1' : '$LATEST';
  const RoutingConfig = { AdditionalVersionWeights: {} };
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion, RoutingConfig }));
  const grant = { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  const asked = lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'url' }));
  await asked.catch((error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
  });
  for (const StatementId of ['url', 'nightly'])
    await lambda.send(new AddPermissionCommand({ FunctionName, StatementId, ...grant }));
  const more = { RoleName: FunctionName, PolicyName: 'read-more', PolicyDocument: rights };
  await client(IAMClient, 'member').send(new PutRolePolicyCommand(more));
}

async function clear({ client }: Stage): Promise<void> {
  for (const name of made) await removeFunction(client, name);
  made.clear();
}

export const world: World<LambdaFunction> = {
  shapes: { 'a function': about(busyFunction), 'a function with reserved concurrency': about(reservedFunction) },
  prepare: openShop,
  // Once the finding is there: what is published from now on is late.
  ready: { 'rewind-aliases': (stage, { id }) => tamper(stage, id, id.startsWith('pay-') ? 'most' : 'half') },
  look,
  meddle,
  clear,
};
