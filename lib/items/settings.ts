import * as z from 'zod';
import { Settings } from '../domain/settings.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** The partition of the settings table that holds everything but their ledger. */
export const settingsPartition = 'SETTINGS';

/** The ledger of the settings lies in the settings table as that of an incident of this name would. */
export const settingsLedger = 'settings';

const key = (sk: string): Key => ({ pk: settingsPartition, sk });

const Version = z.object({
  version: z.int(),
  settings: Settings,
  by: z.string(),
  /** Who agreed, where it took two. */
  second: z.string().nullable(),
  reason: z.string(),
  at: z.string(),
  /** The last reset by a deployment that it knows of: settings from before one count no more. */
  reset: z.string().nullable(),
});
export type Version = z.infer<typeof Version>;

/** The version that counts. */
export const nowItem = defineItem({
  name: 'settings',
  prefix: 'NOW',
  key: () => key('NOW'),
  schema: Version.extend({
    /** The units of each account, of those that the settings name, the nearest first; null where they name none. */
    units: z.record(z.string(), z.array(z.string())).nullable(),
  }),
  upcasters: unversioned,
});

/** Each version there ever was. */
export const versionItem = defineItem({
  name: 'version of the settings',
  prefix: 'VERSION#',
  key: (version: number) => key(`VERSION#${String(version).padStart(6, '0')}`),
  schema: Version,
  upcasters: unversioned,
});

const Change = z.object({
  id: z.string(),
  /** The version it changes. */
  on: z.int(),
  settings: Settings,
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  /** What it does, and what of it takes a second person, a sentence each. */
  what: z.array(z.string()),
  widens: z.array(z.string()),
  state: z.enum(['PENDING', 'APPLIED']),
});
export type Change = z.infer<typeof Change>;

/** A change that takes a second person. */
export const changeItem = defineItem({
  name: 'change of the settings',
  prefix: 'CHANGE#',
  key: (id: string) => key(`CHANGE#${id}`),
  schema: Change,
  upcasters: unversioned,
});
