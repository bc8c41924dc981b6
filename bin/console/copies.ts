import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { beforeStateItem } from '../../lib/items/before-state.ts';
import { grownItem } from '../../lib/items/checkpoint.ts';
import { departureItem, departures, retentionLedger } from '../../lib/items/departure.ts';
import { incidentItem, listPartition, partitionOf } from '../../lib/items/incident.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { headItem } from '../../lib/items/ledger.ts';
import { folder } from '../../lib/record/copy.ts';
import { departedIn } from '../../lib/record/departed.ts';
import { type Comparison, compared, type StoredCopy } from '../../lib/record/restore.ts';
import { limited } from '../doctor/limited.ts';
import { type Deployment, openTable } from './deployment.ts';
import { type Vault, type Version, vaultOf, versionsIn } from './vault-versions.ts';
import { Failure } from './verb.ts';

/** The oldest version of each copy, which S3 lists last: what somebody put on top of it comes after. */
async function oldestIn(vault: Vault, prefix: string): Promise<Version[]> {
  const { versions } = await versionsIn(vault, prefix);
  return [...new Map(versions.map((one) => [one.Key, one])).values()];
}

const AnItem = z.record(z.string(), z.unknown());

function itemIn(text: string): Item {
  try {
    return AnItem.parse(JSON.parse(text));
  } catch {
    // It does not match the hash in its name either, which is said.
    return {};
  }
}

/** What the vault has of each incident, or of one. */
async function copiesOf(deployment: Deployment, incident: string | undefined): Promise<Map<string, StoredCopy[]>> {
  const client = new S3Client();
  const vault = vaultOf(deployment);
  const found = await oldestIn(vault, incident === undefined ? folder : `${folder}${incident}/`);
  const copies = await limited(found, async ({ Key: key, VersionId, since }) => {
    const { Body } = await client.send(new GetObjectCommand({ ...vault, Key: key, VersionId }));
    return { key, since, item: itemIn((await Body?.transformToString()) ?? '') };
  });
  return Map.groupBy(copies, ({ key }) => key.slice(folder.length).split('/')[0] ?? '');
}

/** Holds the copies in the vault, of all incidents or of one, against a table: the deployment's, or one that is to take its place. */
export async function compareCopies(
  deployment: Deployment,
  incident: string | undefined,
  tableName: string,
): Promise<Comparison[]> {
  const table = openTable(tableName);
  const copies = await copiesOf(deployment, incident);
  // From the vault: a table that was restored may be older than what has left it.
  const removals = incident === undefined ? copies : await copiesOf(deployment, retentionLedger);
  const departed = departedIn((removals.get(retentionLedger) ?? []).map(({ item }) => item));
  return limited([...copies].toSorted(), async ([name, stored]) => {
    const one = departed.get(name);
    const fate = one && { ...one, leaving: (await departureItem.find(table, name))?.left === null };
    return compared(name, stored, await table.all(partitionOf(name)), fate);
  });
}

/**
 * On which condition an item is written: nobody else's is overwritten, but for the same before-state in an earlier state, an older head, and the
 * same incident as it was before its ledger went on.
 */
function conditionOf(item: Item) {
  const free = 'attribute_not_exists(pk)';
  const or = (comparison: string, attribute: string) => ({
    ConditionExpression: `${free} OR #attribute ${comparison} :value`,
    ExpressionAttributeNames: { '#attribute': attribute },
    ExpressionAttributeValues: { ':value': item[attribute] },
  });
  if (headItem.isOf(item)) return or('<', 'sequence');
  if (beforeStateItem.isOf(item)) return or('=', 'hash');
  if (incidentItem.isOf(item) || item.pk === listPartition) return or('=', 'incident');
  // One that has left before may be remembered there.
  if (item.pk === departures) return {};
  return String(item.pk).startsWith(grownItem.key('', '').pk) ? {} : { ConditionExpression: free };
}

/** Writes what a table lacks, in order, so that what was interrupted goes on where it ended. */
export async function putBack(tableName: string, missing: readonly (Item & Key)[]): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  for (const item of missing) {
    try {
      await client.send(new PutCommand({ TableName: tableName, Item: item, ...conditionOf(item) }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new Failure(`Someone else wrote ${item.pk} ${item.sk} meanwhile. Run it again.`, { cause: error });
    }
  }
}
