import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayOf, grownItem } from '../../../lib/items/checkpoint.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { tolerance } from '../../../lib/record/checkpoint/chain.ts';
import { copyOf, isCopied } from '../../../lib/record/copy.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { lockedUntil, putOnce } from '../../runtime/vault.ts';
import { forEach } from '../abreast.ts';

/** Nobody waits: the SDK may try again, and then Lambda. */
const attempts = 3;

/** What Lambda hands over of the stream (Lambda developer guide, "Process DynamoDB records with Lambda"). */
const Records = z.object({
  Records: z.array(
    z.object({ dynamodb: z.object({ NewImage: z.custom<Record<string, AttributeValue>>().optional() }) }),
  ),
});

/** A dead letter about a part of the stream that could not be copied: it says when, and not what (same page, "On-failure destination"). */
const Lost = z.object({
  DDBStreamBatchInfo: z.object({
    approximateArrivalOfFirstRecord: z.iso.datetime(),
    approximateArrivalOfLastRecord: z.iso.datetime(),
  }),
});
type Lost = z.infer<typeof Lost>['DDBStreamBatchInfo'];

/** All that is copied of the incidents whose ledgers grew at the time. What lies in the vault already is not written again. */
async function grownAt({ table }: Work, lost: Lost): Promise<Item[]> {
  const first = Date.parse(lost.approximateArrivalOfFirstRecord) - tolerance;
  const days = new Set([dayOf(new Date(first).toISOString()), dayOf(lost.approximateArrivalOfLastRecord)]);
  const marks = await Promise.all([...days].map((day) => table.query(grownItem.key(day, '').pk)));
  const incidents = new Set(grownItem.all(marks.flat()).map(({ incident }) => incident));
  const items: Item[] = [];
  await forEach(incidents, async (incident) => {
    items.push(...(await table.query(partitionOf(incident))));
  });
  return items;
}

async function itemsIn(work: Work, event: unknown): Promise<Item[]> {
  const lost = Lost.safeParse(event).data;
  if (lost) return grownAt(work, lost.DDBStreamBatchInfo);
  return Records.parse(event).Records.flatMap(({ dynamodb: { NewImage } }) => (NewImage ? [unmarshall(NewImage)] : []));
}

/** Of the incident itself only how it is at the end: which copy is the newest, their times in the vault say. */
const isNewest = (item: Item, at: number, all: readonly Item[]): boolean =>
  !incidentItem.isOf(item) || all.findLastIndex(({ pk, sk }) => pk === item.pk && sk === item.sk) === at;

/** What a run came to. */
export interface Outcome {
  readonly put: number;
  readonly there: number;
}

/** Copies what is new in the stream; of a dead letter, all that grew at the time it speaks of. */
export async function copyNew(work: Work, event: unknown): Promise<Outcome> {
  const items = (await itemsIn(work, event)).filter(isCopied);
  const copies = new Map(
    items
      .filter(isNewest)
      .map(copyOf)
      .map((copy) => [copy.key, copy]),
  );
  const outcomes: ('put' | 'taken')[] = [];
  await forEach(copies.values(), async (copy) => {
    // Lambda hands a batch over again where anything of it failed.
    outcomes.push(await putOnce(work, { ...copy, lockedUntil: lockedUntil(work.now()) }));
  });
  const made = outcomes.filter((one) => one === 'put').length;
  return { put: made, there: outcomes.length - made };
}

/** Called by Lambda for the stream of the table, and by whoever sends a dead letter again. */
export const handler = serveEntrance(async (event, work) => {
  const copied = await copyNew(work, event);
  logger.info('Copied', { copied });
  return copied;
}, attempts);
