import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Transient } from '../../lib/domain/errors.ts';
import { genesis, type NewEntry } from '../../lib/domain/ledger.ts';
import { dayOf, grownItem } from '../../lib/items/checkpoint.ts';
import { entryItem, headItem } from '../../lib/items/ledger.ts';
import { redacted } from './redact.ts';
import { Conflict, type Table, type Write } from './table.ts';

/** SHA-256 over canonical JSON (RFC 8785), in hex: the same value gives the same hash everywhere. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');

interface Head {
  readonly sequence: number;
  readonly hash: string;
  readonly day?: string | undefined;
}

export const emptyHead: Head = { sequence: 0, hash: genesis };

/** The writes that append `entry` after `head`; they fail together when another writer was first. */
export function link(head: Head, incident: string, entry: NewEntry, at: string) {
  const next = redacted({ v: entryItem.v, sequence: head.sequence + 1, previous: head.hash, at, ...entry });
  const hash = hashOf(next);
  const expected = head.sequence === 0 ? 'attribute_not_exists(pk)' : '#hash = :previous';
  const day = dayOf(at);
  return (TableName: string): Write[] => [
    {
      Put: {
        TableName,
        Item: entryItem.item({ ...next, hash }, incident, next.sequence),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Update: {
        TableName,
        Key: headItem.key(incident),
        UpdateExpression: 'SET #sequence = :sequence, #hash = :hash, #day = :day, v = :v',
        ConditionExpression: expected,
        ExpressionAttributeNames: { '#sequence': 'sequence', '#hash': 'hash', '#day': 'day' },
        ExpressionAttributeValues: {
          ':sequence': next.sequence,
          ':hash': hash,
          ':day': day,
          ':v': headItem.v,
          ...(head.sequence > 0 && { ':previous': head.hash }),
        },
      },
    },
  ];
}

/** The same on the ledger of an incident. */
export function appendAfter(head: Head, incident: string, entry: NewEntry, at: string) {
  const linked = link(head, incident, entry, at);
  const day = dayOf(at);
  return (TableName: string): Write[] => [
    ...linked(TableName),
    // The next checkpoint looks here. Once a day is enough, so that many incidents at once do not meet in one partition.
    ...(head.day === day ? [] : [{ Put: { TableName, Item: grownItem.item({ incident }, day, incident) } }]),
  ];
}

/** Writers of one incident that may collide before we give the turn back to Step Functions. */
const patience = 30;

/** What an append may be told. */
interface Appending {
  readonly chain?: typeof link;
  /** The head, where it has been read a moment ago: somebody else may have written since, and then it is read once more. */
  readonly head?: Head | null;
}

/** An entry, or one that depends on how many stand before it. */
type ToAppend = NewEntry | ((before: number) => NewEntry);

/**
 * Appends to the incident's ledger, together with `extras` or not at all. Concurrent writers take turns: the one that loses reads the new
 * head and tries again, so there is neither a gap nor a fork. Times are UTC (ISO 8601).
 *
 * @example
 * await append(work.table, run.incident, { kind: 'finding', actor: 'open-incident', what: 'joined', detail: { finding } });
 * `chain` is `link` for a ledger that no checkpoint covers.
 *
 * @throws Conflict where the condition of an extra failed, which is for the caller; Transient where others kept winning.
 */
export async function append(
  table: Table,
  incident: string,
  entry: ToAppend,
  extras: (TableName: string) => Write[] = () => [],
  { chain = appendAfter, head: known = null }: Appending = {},
): Promise<void> {
  for (let turn = 0; turn < patience; turn++) {
    const head = (turn === 0 && known) || ((await headItem.find(table, incident)) ?? emptyHead);
    const next = typeof entry === 'function' ? entry(head.sequence) : entry;
    const linking = chain(head, incident, next, new Date().toISOString());
    // As many as are ours: what failed behind them is the caller's.
    let own = 0;
    try {
      return await table.transact((TableName) => {
        const linked = linking(TableName);
        own = linked.length;
        return [...linked, ...extras(TableName)];
      });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (error.reasons.slice(own).some(({ code }) => code === 'ConditionalCheckFailed')) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * (turn + 1)));
    }
  }
  throw new Transient(`The ledger of ${incident} is busy.`);
}
