import * as z from 'zod';
import { defineItem, type Item, type Key, unversioned } from './item.ts';

/** The UTC day of a moment (ISO 8601). */
export const dayOf = (at: string): string => at.slice(0, 10);

/**
 * That a ledger grew on a day: a checkpoint reads the days since the last one, and not every incident there ever was. Written with the day's
 * first entry, in its transaction, so that none is forgotten.
 */
export const grownItem = defineItem({
  name: 'mark of a grown ledger',
  prefix: '',
  key: (day: string, incident: string): Key => ({ pk: `GROWN#${day}`, sk: incident }),
  schema: z.object({ incident: z.string() }),
  upcasters: unversioned,
});

const Cover = z.object({
  checkpoint: z.int(),
  /** The checkpoint's time. */
  at: z.string(),
  entries: z.int(),
  /** Of the last entry. */
  hash: z.string(),
  /** Time of the first entry; null where there was none any more. */
  opened: z.string().nullable(),
});
export type Cover = z.infer<typeof Cover>;

/** As far as a checkpoint covers a ledger. Derived from the checkpoint in the vault, which counts. */
export const coverItem = defineItem({
  name: 'cover of a ledger',
  prefix: '',
  key: (incident: string, checkpoint: number): Key => ({
    pk: `COVER#${incident}`,
    sk: String(checkpoint).padStart(6, '0'),
  }),
  schema: Cover,
  upcasters: unversioned,
});

/** What the next checkpoint is built on. */
export const Tip = z.object({
  number: z.int(),
  at: z.string(),
  /** SHA-256 of its manifest. */
  manifest: z.string(),
  /** Heads in the tree, and the roots of its full subtrees, the largest first. */
  size: z.int(),
  peaks: z.array(z.string()),
  /** Incidents that any checkpoint has named. */
  incidents: z.int(),
  /** Of those, as many as are not in the list of incidents: they have left, or are no incident but the ledger of those that have. */
  unlisted: z.int(),
  /** SHA-256 of the code that made it: after a deployment the next one looks at every incident, not only at the marks. */
  build: z.string(),
});
export type Tip = z.infer<typeof Tip>;

export const tipItem = defineItem({
  name: 'newest checkpoint',
  prefix: 'TIP',
  key: (): Key => ({ pk: 'CHECKPOINTS', sk: 'TIP' }),
  schema: z.object({ tip: Tip }),
  upcasters: {
    ...unversioned,
    // An older version must not go on from what it cannot count.
    'from 1: it says how many incidents have left': (older: Item): Item => ({
      ...older,
      tip: { unlisted: 0, ...(older.tip as Item) },
    }),
  },
});
