import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { Failure } from './verb.ts';

/** Milliseconds between two looks at a stack that is being deleted. */
const pause = 3000;

async function stackAt(client: CloudFormationClient, StackName: string): Promise<Stack> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  if (stack) return stack;
  throw new Failure(`CloudFormation shows no stack ${StackName}.`);
}

/** How many resources are gone, of how many. */
async function goneOf(client: CloudFormationClient, StackName: string): Promise<string> {
  let [gone, all] = [0, 0];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    all += StackResourceSummaries.length;
    gone += StackResourceSummaries.filter(({ ResourceStatus }) =>
      /^DELETE_(COMPLETE|SKIPPED)$/.test(ResourceStatus ?? ''),
    ).length;
  }
  return `${gone} of ${all} resources`;
}

/** What of the last deletion failed, and why. */
async function failures(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const failed: string[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName })) {
    for (const { ResourceStatus, ResourceType, LogicalResourceId, ResourceStatusReason = '' } of StackEvents) {
      const isStack = ResourceType === 'AWS::CloudFormation::Stack';
      // The newest come first: before the stack's own beginning are those of other times.
      if (isStack && ResourceStatus === 'DELETE_IN_PROGRESS') return failed;
      if (!isStack && ResourceStatus === 'DELETE_FAILED') failed.push(`${LogicalResourceId}: ${ResourceStatusReason}`);
    }
  }
  return failed;
}

async function protect(client: CloudFormationClient, StackName: string, how: 'on' | 'off'): Promise<void> {
  const EnableTerminationProtection = how === 'on';
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
}

/** Without protection for no longer than it takes: where the deletion is refused it is put back. */
async function begin(client: CloudFormationClient, StackName: string): Promise<void> {
  await protect(client, StackName, 'off');
  try {
    await client.send(new DeleteStackCommand({ StackName }));
  } catch (error) {
    await protect(client, StackName, 'on');
    throw error;
  }
}

/** Whether the first deployment of a stack failed: nothing ever ran in it, and it has no outputs. A stack that is not there did not fail. */
export async function hasNeverStood(name: string): Promise<boolean> {
  const stack = await stackAt(new CloudFormationClient(), name).catch(() => null);
  return /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)$/.test(stack?.StackStatus ?? '');
}

/**
 * Lifts the termination protection of a stack, deletes it and waits until it is gone. Throws Failure with what CloudFormation could not
 * delete. What the template retains stays.
 */
export async function removeStack(name: string, progress: (text: string) => void): Promise<void> {
  const client = new CloudFormationClient();
  // By its id: a stack that is gone is found by nothing else (CloudFormation API reference, DescribeStacks).
  const { StackId = name } = await stackAt(client, name);
  await begin(client, StackId);
  for (;;) {
    const { StackStatus = '' } = await stackAt(client, StackId);
    if (StackStatus === 'DELETE_COMPLETE') return;
    if (StackStatus !== 'DELETE_IN_PROGRESS') {
      const why = await failures(client, StackId);
      throw new Failure(
        `${name} is ${StackStatus}: ${why.join('; ') || 'CloudFormation gives no reason'}. Fix the cause, then run it again with another folder.`,
      );
    }
    progress(`deleting ${name}: ${await goneOf(client, StackId)}`);
    await sleep(pause);
  }
}
