/** A thief calls a function by its URL and uses its credentials: stopped once people agree, and as before once it is released. */
import {
  AddPermissionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { entry, findingAbout, sendEvent } from '../../sandbox/finding.ts';
import {
  busyFunction,
  called,
  concurrencyOf,
  innocent,
  openShop,
  reads,
  removeFunction,
  reservedFunction,
} from '../../sandbox/shop-functions.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** What the thief and the innocent get, and what is reserved and provisioned. */
export async function seen(deployment: Attached, id: string) {
  const [concurrency, thiefCalls, thiefReads, sisterReads, innocentServes] = await Promise.all([
    concurrencyOf(deployment, id),
    called(deployment, id),
    reads(deployment, id, id),
    reads(deployment, id, 'sister'),
    called(deployment, innocent),
  ]);
  return { concurrency, thiefCalls, thiefReads, sisterReads, innocentServes };
}

/** Somebody else's work: another statement in the place of one that was removed, and concurrency, reserved and provisioned. */
async function meanwhile({ client }: Attached, FunctionName: string): Promise<void> {
  const lambda = client(LambdaClient, 'member');
  const grant = { StatementId: 'url', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  await lambda.send(new AddPermissionCommand({ FunctionName, ...grant }));
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }));
  const warm = { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand(warm));
}

/** From the finding to the release; meanwhile somebody works on it. */
async function playOne(deployment: Attached, id: string) {
  const before = await seen(deployment, id);
  const found = findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' });
  const resource = { resourceType: 'Lambda', lambdaDetails: { functionName: id } };
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', { ...found, resource }));
  const incident = await opened(deployment, id);
  const contained = await toTheEnd(deployment, incident);
  const during = await seen(deployment, id);
  await meanwhile(deployment, id);
  const released = await release(deployment, incident);
  const after = await seen(deployment, id);
  await removeFunction(deployment.client, id);
  return { incident, before, contained, during, released, after };
}

let open: Promise<void> | undefined;

/** One that much invokes, and one for which runs are reserved. */
export const playFunctions = once(async (deployment: Attached) => {
  open ??= openShop(deployment.client);
  await open;
  const [busy, reserved] = await Promise.all([busyFunction(deployment), reservedFunction(deployment)]);
  return Promise.all([playOne(deployment, busy), playOne(deployment, reserved)]);
});
