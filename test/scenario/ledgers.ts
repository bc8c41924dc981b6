/** Ledgers written into the table of a deployment by somebody who may write there, as the functions write them or otherwise. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { appendAfter, emptyHead } from '../../lambdas/runtime/ledger.ts';
import { listItem } from '../../lib/items/incident.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { headItem } from '../../lib/items/ledger.ts';
import type { Attached } from '../deployed/deployed.ts';
import { itemsOf } from './runs.ts';

const tableOf = (deployment: Attached) => DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));

export const put = (deployment: Attached, item: Item): Promise<unknown> =>
  tableOf(deployment).send(new PutCommand({ TableName: deployment.outputs.TableName, Item: { ...item } }));

export const remove = (deployment: Attached, { pk, sk }: Key): Promise<unknown> =>
  tableOf(deployment).send(new DeleteCommand({ TableName: deployment.outputs.TableName, Key: { pk, sk } }));

const keyOf = ({ pk, sk }: Item): Key => ({ pk: String(pk), sk: String(sk) });

/** Appends one entry, dated `at`. */
export async function addEntry(deployment: Attached, incident: string, at: string): Promise<void> {
  const found = await itemsOf(deployment, `INC#${incident}`, 'LEDGER-HEAD');
  const [head = emptyHead] = headItem.all(found);
  const entry = { kind: 'step', actor: 'step x', what: 'x', detail: {} } as const;
  const writes = appendAfter(head, incident, entry, at)(deployment.outputs.TableName ?? '');
  const TransactItems: TransactWriteCommandInput['TransactItems'] = [...writes];
  await tableOf(deployment).send(new TransactWriteCommand({ TransactItems }));
}

/** A new incident in the list, with one entry, dated `at`. */
export async function addIncident(deployment: Attached, at: string): Promise<string> {
  const incident = `inc-${randomBytes(6).toString('hex')}`;
  const about = { state: 'closed', severity: 'low', type: 'T', resource: 'r', playbook: 'p', run: 'r' } as const;
  await put(deployment, listItem.item({ incident, openedAt: at, ...about }, at, incident));
  await addEntry(deployment, incident, at);
  return incident;
}

/** Takes all of an incident out of the table; returns what puts it back. */
export async function vanish(deployment: Attached, incident: string): Promise<() => Promise<void>> {
  const listed = (await itemsOf(deployment, 'INCIDENTS')).filter((item) => item.incident === incident);
  const items: Item[] = [...listed, ...(await itemsOf(deployment, `INC#${incident}`))];
  for (const item of items) await remove(deployment, keyOf(item));
  return async () => {
    for (const item of items) await put(deployment, item);
  };
}

/** Cuts the last entry off a ledger, head and all; returns what puts it back. */
export async function shorten(deployment: Attached, incident: string): Promise<() => Promise<void>> {
  const items: Item[] = await itemsOf(deployment, `INC#${incident}`, 'LEDGER');
  const entries = items.filter(({ sk }) => String(sk).startsWith('LEDGER#'));
  const [before, last] = entries.slice(-2);
  await put(deployment, headItem.item({ sequence: entries.length - 1, hash: String(before?.hash) }, incident));
  if (last) await remove(deployment, keyOf(last));
  return async () => {
    for (const item of items) await put(deployment, item);
  };
}
