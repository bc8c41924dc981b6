/** A thief calls a function by its URL and uses its credentials: stopped once people agree, and as before once it is released. */
import {
  AddPermissionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { entry, findingAbout, sendEvent } from '../../sandbox/finding.ts';
import {
  aliasesOf,
  answerOf,
  busyFunction,
  called,
  concurrencyOf,
  innocent,
  openShop,
  reads,
  removeFunction,
  reservedFunction,
  tamper,
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

/** A thief has published code of their own; the function has to go on, so that people decline to stop it, and rewind its alias. */
async function playTampered(deployment: Attached, id: string) {
  // GuardDuty saw its first sign before the thief got as far as that.
  const found = findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' });
  const tried = async () => ({
    aliases: await aliasesOf(deployment, id),
    visitor: await answerOf(deployment, id),
    innocent: await called(deployment, innocent),
  });
  const untouched = await tried();
  await tamper(deployment, id, 'all');
  const before = await tried();
  const resource = { resourceType: 'Lambda', lambdaDetails: { functionName: id } };
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', { ...found, resource }));
  const contained = await toTheEnd(deployment, await opened(deployment, id), { stop: 'decline' });
  const during = await tried();
  const released = await release(deployment, contained.incident);
  const after = await tried();
  await removeFunction(deployment.client, id);
  return { untouched, before, contained, during, released, after };
}

let open: Promise<void> | undefined;

/** One whose code a thief has replaced. */
export const playTamperedFunction = once(async (deployment: Attached) => {
  open ??= openShop(deployment.client);
  await open;
  return playTampered(deployment, await busyFunction(deployment));
});

/** One that much invokes, and one for which runs are reserved. */
export const playFunctions = once(async (deployment: Attached) => {
  open ??= openShop(deployment.client);
  await open;
  const [busy, reserved] = await Promise.all([busyFunction(deployment), reservedFunction(deployment)]);
  return Promise.all([playOne(deployment, busy), playOne(deployment, reserved)]);
});
