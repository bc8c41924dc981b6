import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** What leaves the table is on a ledger that stays in it, as if it were that of an incident of this name. */
export const retentionLedger = 'retention';

/** How an incident ended in the table: as long as it takes to name it later as one that was removed, and by whom. */
export const Departure = z.strictObject({
  incident: z.string().min(1),
  /** Entries of its ledger, and the SHA-256 of the last one. */
  entries: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was decided (ISO 8601, UTC). */
  at: z.iso.datetime(),
  /** An approver, or `configuration`. */
  by: z.string(),
  /** Who agreed; null where the configuration decided. */
  second: z.string().nullable(),
  reason: z.string(),
});
export type Departure = z.infer<typeof Departure>;

export const departures = 'DEPARTURES';

/** One that was decided. It leaves the table once a checkpoint in the vault names it, so that nothing is ever missing without a word. */
export const departureItem = defineItem({
  name: 'departure of an incident',
  prefix: '',
  key: (incident: string): Key => ({ pk: departures, sk: incident }),
  schema: z.object({
    departure: Departure,
    /** When it was opened: its line in the list of incidents has that in its key. */
    openedAt: z.string(),
    /** The checkpoint that names it; null until there is one. */
    checkpoint: z.int().nullable(),
    /** When its items were deleted; null until then. */
    left: z.string().nullable(),
  }),
  upcasters: unversioned,
});

const Proposal = z.object({
  id: z.string(),
  incident: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  state: z.enum(['PENDING', 'APPLIED']),
});
export type Proposal = z.infer<typeof Proposal>;

/** A removal that takes a second person. */
export const proposalItem = defineItem({
  name: 'proposed removal of an incident',
  prefix: 'PROPOSAL',
  key: (id: string): Key => ({ pk: `REMOVAL#${id}`, sk: 'PROPOSAL' }),
  schema: Proposal,
  upcasters: unversioned,
});
