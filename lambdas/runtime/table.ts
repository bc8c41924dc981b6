import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Transient } from '../../lib/domain/errors.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import type { MakeClient } from './clients.ts';
import { environment } from './environment.ts';
import { oneOfThree } from './errors.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Why a transaction was cancelled, item by item, with the item that stood in the way. */
export class Conflict extends Error {
  override name = 'TransactionConflict';
  readonly reasons: readonly { code: string; found: Item | null }[];
  constructor(cancelled: TransactionCanceledException) {
    super('Another writer was first.', { cause: cancelled });
    this.reasons = (cancelled.CancellationReasons ?? []).map(({ Code, Item: found }) => ({
      code: Code ?? 'None',
      found: found ? unmarshall(found) : null,
    }));
  }
}

/** Turns a transaction gets while others write the same items, before its turn goes back to Step Functions. */
const patience = 10;

/**
 * Two transactions on one item at once cancel each other whatever their conditions say (TransactWriteItems, "TransactionConflict"). That
 * tells nobody who was first, so it is tried again; only a condition that does not hold is a Conflict.
 */
async function takingTurns(send: () => Promise<unknown>): Promise<void> {
  for (let turn = 1; ; turn++) {
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const conflict = new Conflict(error);
      if (conflict.reasons.some(({ code }) => code === 'ConditionalCheckFailed')) throw conflict;
      if (turn === patience || !(oneOfThree(error) instanceof Transient)) throw error;
      await sleep(Math.random() * 10 * turn);
    }
  }
}

/** A table: that of incidents, or that of the settings. Reads are consistent; what was decided must be seen. */
export function openTable(make: MakeClient, which: 'TABLE' | 'SETTINGS' = 'TABLE') {
  let made: DynamoDBDocumentClient | undefined;
  // Only once it is used: not every function is told where both are.
  const opened = () => {
    made ??= DynamoDBDocumentClient.from(make(DynamoDBClient), { marshallOptions: { removeUndefinedValues: true } });
    return { client: made, TableName: environment(which) };
  };
  return {
    async get(key: Key): Promise<Item | null> {
      const { client, TableName } = opened();
      const { Item: found } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
      return found ?? null;
    },

    /** Writes an item unless its key is taken; then returns the one that stands there, else null. */
    async putNew(item: Item & Key): Promise<Item | null> {
      const { client, TableName } = opened();
      try {
        const put = { TableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' };
        await client.send(new PutCommand({ ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
        return null;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item ? unmarshall(error.Item) : {};
        throw error;
      }
    },

    async update(key: Key, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<Item | null> {
      const { client, TableName } = opened();
      const { Attributes } = await client.send(new UpdateCommand({ TableName, Key: key, ...update }));
      return Attributes ?? null;
    },

    /** Deletes an item; one that is not there is no error. Few functions may. */
    async remove(key: Key): Promise<void> {
      const { client, TableName } = opened();
      await client.send(new DeleteCommand({ TableName, Key: key }));
    },

    /** All items of a partition whose sort key starts with `prefix`, in order. */
    async query(pk: string, prefix = ''): Promise<Item[]> {
      const { client, TableName } = opened();
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            // DynamoDB refuses an empty prefix.
            KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
            ConsistentRead: true,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start);
      return items;
    },

    /** All or nothing; throws a Conflict that says which condition failed. */
    async transact(writes: (tableName: string) => Write[]): Promise<void> {
      const { client, TableName } = opened();
      const TransactItems = writes(TableName);
      await takingTurns(() => client.send(new TransactWriteCommand({ TransactItems })));
    },
  };
}

export type Table = ReturnType<typeof openTable>;
