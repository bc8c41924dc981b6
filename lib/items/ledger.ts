import * as z from 'zod';
import { actOf } from '../domain/earlier-entries.ts';
import { LedgerEntry } from '../domain/ledger.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Item, type Key, unversioned } from './item.ts';

const Words = LedgerEntry.pick({ kind: true, what: true, act: true });

function withAct(older: Item): Item {
  const words = Words.safeParse(older).data;
  return { ...older, act: (words && actOf(words)) ?? undefined };
}

/**
 * An entry of the ledger. Its `v` is hashed like everything else in it, so that nobody changes how it is to be read; an entry of format 0
 * has none, and hashes as it always did. An upcaster is only for reading: chains and exports are of the items as they lie there.
 */
export const entryItem = defineItem({
  name: 'ledger entry',
  prefix: 'LEDGER#',
  key: (incident: string, sequence: number): Key => ({
    pk: partitionOf(incident),
    sk: `LEDGER#${String(sequence).padStart(6, '0')}`,
  }),
  schema: LedgerEntry.extend({ hash: z.string() }),
  upcasters: { 'from 0: what was done, as data': withAct },
});

export const headItem = defineItem({
  name: 'head of the ledger',
  prefix: 'LEDGER-HEAD',
  key: (incident: string): Key => ({ pk: partitionOf(incident), sk: 'LEDGER-HEAD' }),
  schema: z.object({
    sequence: z.int(),
    hash: z.string(),
    /** UTC day of the last entry; heads of earlier versions have none. */
    day: z.string().optional(),
  }),
  upcasters: unversioned,
});
