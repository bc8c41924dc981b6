/** A thief calls a function by its URL and uses its credentials: stopped once people agree, and as before once it is released. */
import { AddPermissionCommand, GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { entry, findingAbout, sendEvent } from '../../sandbox/finding.ts';
import {
  busyFunction,
  called,
  innocent,
  openShop,
  reads,
  removeFunction,
  reservedFunction,
} from '../../sandbox/shop-functions.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** What the thief and the innocent get, and what is reserved. */
export async function seen(deployment: Attached, id: string) {
  const lambda = deployment.client(LambdaClient, 'member');
  const { ReservedConcurrentExecutions: reserved = null } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName: id }),
  );
  const [thiefCalls, thiefReads, sisterReads, innocentServes] = await Promise.all([
    called(deployment, id),
    reads(deployment, id, id),
    reads(deployment, id, 'sister'),
    called(deployment, innocent),
  ]);
  return { reserved, thiefCalls, thiefReads, sisterReads, innocentServes };
}

/** From the finding to the release; meanwhile somebody puts another statement in the place of one that was removed. */
async function playOne(deployment: Attached, id: string) {
  const before = await seen(deployment, id);
  const found = findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' });
  const resource = { resourceType: 'Lambda', lambdaDetails: { functionName: id } };
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', { ...found, resource }));
  const incident = await opened(deployment, id);
  const contained = await toTheEnd(deployment, incident);
  const during = await seen(deployment, id);
  const theirs = { StatementId: 'url', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  await deployment.client(LambdaClient, 'member').send(new AddPermissionCommand({ FunctionName: id, ...theirs }));
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
