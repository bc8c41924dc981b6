import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Capability,
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Sandbox } from './sandbox.ts';

/** An account in a Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A stack in one of them. */
export interface Instance extends Place {
  readonly name: string;
}

const Capabilities: Capability[] = ['CAPABILITY_NAMED_IAM'];

const clientIn = ({ endpoint }: Pick<Sandbox, 'endpoint'>, { account, region }: Place): CloudFormationClient => {
  const credentials = { accessKeyId: account, secretAccessKey: 'sandbox' };
  return new CloudFormationClient({ endpoint, region, credentials, maxAttempts: 1 });
};

async function settled(client: CloudFormationClient, { name: StackName, account, region }: Instance): Promise<void> {
  for (;;) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName })).catch((error) => {
      if (/does not exist/.test(String(error))) return { Stacks: [] };
      throw error;
    });
    const status = stack?.StackStatus ?? 'DELETE_COMPLETE';
    if (/^(CREATE|DELETE)_COMPLETE$/.test(status)) return;
    if (/FAILED|ROLLBACK/.test(status)) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      const why = StackEvents.findLast(({ ResourceStatus }) => /FAILED$/.test(ResourceStatus ?? ''));
      throw new Error(`${StackName} in ${account}, ${region}: ${status}: ${why?.ResourceStatusReason}`);
    }
    await sleep(50);
  }
}

/** Makes a stack of these very bytes, as an instance of a StackSet would be made: without a bucket. Rejects with the reason when it fails. */
export async function makeStack(
  sandbox: Pick<Sandbox, 'endpoint'>,
  instance: Instance,
  TemplateBody: string,
): Promise<void> {
  const client = clientIn(sandbox, instance);
  await client.send(new CreateStackCommand({ StackName: instance.name, TemplateBody, Capabilities }));
  await settled(client, instance);
}

export async function deleteStack(sandbox: Pick<Sandbox, 'endpoint'>, instance: Instance): Promise<void> {
  const client = clientIn(sandbox, instance);
  await client.send(new DeleteStackCommand({ StackName: instance.name }));
  await settled(client, instance);
}
