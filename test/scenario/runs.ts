/** The executions and incidents that a scenario caused, found by its instance. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Attached } from '../deployed/deployed.ts';

export interface Run {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly output: Output;
}

const Output = z.object({
  outcome: z.string().default(''),
  because: z.string().default(''),
  state: z.string().optional(),
  trouble: z.array(z.string()).default([]),
});
type Output = z.infer<typeof Output>;

const inputs = new Map<string, string>();

async function describe(sfn: SFNClient, executionArn: string): Promise<Run & { readonly input: string }> {
  const {
    name = '',
    status = '',
    startDate,
    input = '',
    output,
  } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  inputs.set(executionArn, input);
  const parsed = Output.parse(JSON.parse(output ?? '{}'));
  return { arn: executionArn, name, status, startedAt: startDate?.getTime() ?? 0, output: parsed, input };
}

async function listed(sfn: SFNClient, stateMachineArn: string): Promise<string[]> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }));
  return executions.map(({ executionArn = '' }) => executionArn);
}

/** All runs whose input names one of the words: the instance, or an incident about it. */
export async function runsAbout(deployment: Attached, words: readonly string[]): Promise<Run[]> {
  const sfn = deployment.client(SFNClient, 'hub');
  const machines = Object.entries(deployment.outputs).filter(([name]) => name.startsWith('Machine'));
  const arns = (await Promise.all(machines.map(([, machine]) => listed(sfn, machine)))).flat();
  // What an execution was given never changes; only those that are ours are asked for again.
  const ours = arns.filter((arn) => {
    const input = inputs.get(arn);
    return input === undefined || words.some((word) => input.includes(word));
  });
  const runs = await Promise.all(ours.map((arn) => describe(sfn, arn)));
  return runs
    .filter(({ input }) => words.some((word) => input.includes(word)))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.name.localeCompare(b.name));
}

export type Item = Record<string, unknown> & { readonly sk: string };

/** Everything the table holds of one partition. */
export async function itemsOf(deployment: Attached, pk: string, prefix = ''): Promise<Item[]> {
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.send(
      new QueryCommand({
        TableName: deployment.outputs.TableName,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** Incidents about the instance, in the order in which they were opened. */
export async function incidentsAbout(deployment: Attached, instance: string): Promise<string[]> {
  const all = await itemsOf(deployment, 'INCIDENTS');
  return all
    .filter(({ resource }) => String(resource).endsWith(`/${instance}`))
    .map(({ incident }) => String(incident));
}
