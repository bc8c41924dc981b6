import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Key } from '../../lib/items/item.ts';
import { Failure } from './verb.ts';

async function outputsOf(client: CloudFormationClient, StackName: string): Promise<Map<string, string>> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation has no error of its own for it (API reference, DescribeStacks).
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
    const region = await client.config.region();
    throw new Failure(
      `There is no stack "${StackName}" in ${region} for these credentials. Deploy it (npx cdk deploy), name another with --stack, or choose its Region with AWS_REGION.`,
      { cause: error },
    );
  }
}

/** A deployed Tourniquet, found by the outputs of its stack. */
export async function findDeployment(stack: string) {
  const cloudFormation = new CloudFormationClient();
  const outputs = await outputsOf(cloudFormation, stack);
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value) return value;
    throw new Failure(
      `The stack "${stack}" has no output ${name}: it is not Tourniquet's hub, or needs a new deployment.`,
    );
  };
  return {
    output,
    outputs,
    has: (name: string) => outputs.has(name),
    table: openTable(output('TableName')),
    /** The table of the settings; deployments from before there was one are told to deploy again. */
    settings: () => openTable(output('SettingsTableName')),
    client: cloudFormation.config,
  };
}

export type Deployment = Awaited<ReturnType<typeof findDeployment>>;

/** A table of the deployment, or one that is to become it. Reads are consistent: what was decided must be seen. */
export function openTable(TableName: string) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());

  /** One page of a partition. */
  const page = (pk: string, order: 'oldest first' | 'newest first', start?: Item, limit?: number) =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ScanIndexForward: order === 'oldest first',
        ...(start && { ExclusiveStartKey: start }),
        ...(limit && { Limit: limit }),
      }),
    );

  return {
    async get(Key: Key): Promise<Item | null> {
      const { Item: found } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return found ?? null;
    },

    /** All items of a partition, in order. */
    async all(pk: string): Promise<Item[]> {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await page(pk, 'oldest first', start);
        items.push(...Items);
        start = LastEvaluatedKey;
      } while (start);
      return items;
    },

    /** The last items of a partition, newest first. */
    async newest(pk: string, count: number): Promise<Item[]> {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await page(pk, 'newest first', start, count - items.length);
        items.push(...Items);
        start = LastEvaluatedKey;
      } while (start && items.length < count);
      return items;
    },
  };
}
