import { Refused } from '../../../lib/domain/errors.ts';
import { coverItem } from '../../../lib/items/checkpoint.ts';
import {
  type Departure,
  departureItem,
  type Proposal,
  proposalItem,
  retentionLedger,
} from '../../../lib/items/departure.ts';
import { incidentItem, listItem, listPartition, partitionOf } from '../../../lib/items/incident.ts';
import { entryItem, headItem } from '../../../lib/items/ledger.ts';
import { neededFor, over } from '../../../lib/record/retention.ts';
import { config } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { applying } from '../applying.ts';

/** Who decides that an incident leaves, and why. */
export type Word = Pick<Departure, 'by' | 'second' | 'reason'>;

/** An incident as the table keeps it, and why it may not leave; empty: it may. */
export async function standing({ table, now }: Work, incident: string) {
  const [items, covers] = await Promise.all([
    table.query(partitionOf(incident)),
    table.query(coverItem.key(incident, 0).pk),
  ]);
  if (items.length === 0) throw new Refused(`There is no incident ${incident} in the table.`);
  const because = neededFor({ incident, items, covers, objects: [], now: now() });
  const [head] = headItem.all(items);
  const last = entryItem.sorted(items).values.at(-1)?.at ?? null;
  const openedAt = incidentItem.sorted(items).values[0]?.openedAt ?? '';
  return { because, head: head ?? null, last, openedAt };
}

type Standing = Awaited<ReturnType<typeof standing>>;

/** Puts on the ledger that an incident leaves, together with what makes it leave. Throws Conflict where that was decided before. */
export async function depart(
  work: Work,
  incident: string,
  { head, openedAt }: Standing,
  word: Word,
  proposal?: Proposal,
) {
  if (!head) throw new Refused(`The ledger of ${incident} has no head.`);
  const { sequence: entries, hash } = head;
  const departure: Departure = { incident, entries, hash, at: work.now(), ...word };
  const what = `${incident} is to leave the table, by the word of ${[word.by, word.second].filter(Boolean).join(' and ')}`;
  const entry = { kind: 'retention', actor: word.by, what, detail: { ...departure } } as const;
  const Item = departureItem.item({ departure, openedAt, checkpoint: null, left: null }, incident);
  const applied = proposal && proposalItem.item({ ...proposal, state: 'APPLIED' }, proposal.id);
  await append(work.table, retentionLedger, entry, (TableName): Write[] => [
    { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
    ...(applied ? [applying(TableName, applied)] : []),
  ]);
  return departure;
}

const day = 86_400_000;
/** As many a day: each is read whole, and a function has its time. */
const most = 50;

/** What the configuration removes: closed, exported, covered by a checkpoint, and without a new entry for so many days. */
export async function departByAge(work: Work): Promise<string[]> {
  const { tableDays } = config();
  if (tableDays === undefined) return [];
  const before = new Date(Date.parse(work.now()) - tableDays * day).toISOString();
  const listed = listItem.sorted(await work.table.query(listPartition)).values;
  const old = listed.filter(({ state, openedAt }) => over.includes(state) && openedAt < before);
  const gone: string[] = [];
  for (const { incident } of old) {
    if (gone.length === most) break;
    const found = await standing(work, incident);
    if (found.because.length > 0 || found.last === null || found.last >= before) continue;
    const word = { by: 'configuration', second: null, reason: `tableDays: ${tableDays}` };
    try {
      await depart(work, incident, found, word);
      gone.push(incident);
    } catch (error) {
      // It is on its way already.
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return gone;
}
