/** The executions and incidents that a scenario caused, found by its instance. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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

const Found = z.array(
  z.object({
    arn: z.string(),
    name: z.string(),
    status: z.string(),
    startedAt: z.coerce.date(),
    output: z.string().nullable(),
  }),
);

/**
 * All runs whose input names one of the words: the instance, or an incident about it. Step Functions would have to be asked for the runs
 * of each machine and then for each run, many times a second; the sandbox looks it up at once.
 */
export async function runsAbout({ sandbox }: Attached, about: readonly string[]): Promise<Run[]> {
  const runs = Found.parse(await sandbox.post('/_sandbox/runs', { about }));
  return runs
    .map(({ startedAt, output, ...run }) => ({
      ...run,
      startedAt: startedAt.getTime(),
      output: Output.parse(JSON.parse(output ?? '{}')),
    }))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.name.localeCompare(b.name));
}

export type Item = Record<string, unknown> & { readonly sk: string };

/** Everything the table holds of one partition; with `after`, of a prefix only what comes after that key. */
export async function itemsOf(deployment: Attached, pk: string, prefix = '', after = ''): Promise<Item[]> {
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.send(
      new QueryCommand({
        TableName: deployment.outputs.TableName,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
        ...((start || after) && { ExclusiveStartKey: start ?? { pk, sk: after } }),
      }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** The lines of the list of incidents opened since this suite began: of those before it, other suites ask. */
export async function newIncidents(deployment: Attached): Promise<Item[]> {
  const since = new Date(performance.timeOrigin).toISOString();
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: deployment.outputs.TableName,
      KeyConditionExpression: 'pk = :pk AND sk >= :since',
      ExpressionAttributeValues: { ':pk': 'INCIDENTS', ':since': since },
    }),
  );
  return Items as Item[];
}

/** Incidents about the instance, in the order in which they were opened. */
export async function incidentsAbout(deployment: Attached, instance: string): Promise<string[]> {
  const all = await newIncidents(deployment);
  return all
    .filter(({ resource }) => String(resource).endsWith(`/${instance}`))
    .map(({ incident }) => String(incident));
}
