import { coverItem } from '../../../lib/items/checkpoint.ts';
import { departureItem, departures, retentionLedger } from '../../../lib/items/departure.ts';
import { listItem, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';

type Leaving = ReturnType<typeof departureItem.read>;

const day = 86_400_000;
/** Milliseconds for which the table still knows that an incident has left: whoever looks at what grew lately must not miss it. */
const remembered = 3 * day;

const keyIn = ({ pk, sk }: Item) => ({ pk: String(pk), sk: String(sk) });

/** Whether its ledger is still as it was when that was decided; where it is partly gone already, it was. */
async function isUnchanged({ table }: Work, { incident, entries, hash }: Leaving['departure']): Promise<boolean> {
  const head = await headItem.find(table, incident);
  return !head || (head.sequence === entries && head.hash === hash);
}

/** Its line in the list first: whoever reads that must not look for what is half gone. The head of its ledger last: with it nothing is done twice. */
async function deleteAll({ table }: Work, { departure: { incident }, openedAt }: Leaving): Promise<number> {
  await table.remove(listItem.key(openedAt, incident));
  const [items, covers] = await Promise.all([
    table.query(partitionOf(incident)),
    table.query(coverItem.key(incident, 0).pk),
  ]);
  const [heads, others] = [items.filter(headItem.isOf), items.filter((one) => !headItem.isOf(one))];
  for (const one of [...covers, ...others, ...heads]) await table.remove(keyIn(one));
  return items.length + covers.length;
}

/** It was reopened, or somebody added to its record: what was decided was about another record than this. */
async function keepAfterAll(work: Work, { departure: { incident } }: Leaving): Promise<void> {
  const what = `${incident} stays in the table: its ledger has changed since its removal was decided`;
  await append(work.table, retentionLedger, { kind: 'retention', actor: 'keep-retention', what, detail: { incident } });
  await work.table.remove(departureItem.key(incident));
}

export interface Left {
  readonly left: readonly string[];
  readonly kept: readonly string[];
}

/** Deletes from the table what a checkpoint in the vault names as removed. What waits for its checkpoint is left for another day. */
export async function leaveTable(work: Work): Promise<Left> {
  const [left, kept]: [string[], string[]] = [[], []];
  for (const leaving of departureItem.all(await work.table.query(departures))) {
    const { departure, checkpoint, left: gone } = leaving;
    const { incident } = departure;
    if (gone !== null) {
      if (Date.parse(work.now()) - Date.parse(gone) > remembered) await work.table.remove(departureItem.key(incident));
      continue;
    }
    if (checkpoint === null) continue;
    if (!(await isUnchanged(work, departure))) {
      await keepAfterAll(work, leaving);
      kept.push(incident);
      continue;
    }
    const items = await deleteAll(work, leaving);
    const what = `${incident} has left the table; checkpoint ${checkpoint} names it, and the vault keeps its export`;
    const detail = { incident, checkpoint, items };
    await append(work.table, retentionLedger, { kind: 'retention', actor: 'keep-retention', what, detail });
    await work.table.update(departureItem.key(incident), {
      UpdateExpression: 'SET #left = :now',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':now': work.now() },
    });
    logger.info('An incident has left the table', { incident, items });
    left.push(incident);
  }
  return { left, kept };
}
