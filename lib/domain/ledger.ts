import * as z from 'zod';
import { Act } from './act.ts';

/** One entry of an incident's ledger. `hash` covers everything else in it, the previous entry's hash included. */
export const LedgerEntry = z.object({
  sequence: z.int().min(1),
  previous: z.string(),
  at: z.iso.datetime(),
  kind: z.enum([
    'opened',
    'finding',
    'step',
    'failure',
    'asked',
    'decision',
    'settings',
    'obligation',
    'fact',
    'report',
    'check',
    'closed',
    'sealed',
    'custody',
    'retention',
    'claim',
  ]),
  actor: z.string(),
  what: z.string(),
  /** Of a step, a lever or a failure; entries of earlier versions have none (earlier-entries.ts reads those). */
  act: Act.optional(),
  detail: z.unknown(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export type NewEntry = Pick<LedgerEntry, 'kind' | 'actor' | 'what' | 'act' | 'detail'>;

/** What the first entry carries in place of a previous hash. */
export const genesis = '0'.repeat(64);

/** Where the chain breaks first, in words; null when it is whole. `hashOf` is SHA-256 over the entry's canonical JSON. */
export function firstBreak<Entry extends Pick<LedgerEntry, 'sequence' | 'previous'> & { readonly hash: string }>(
  entries: readonly Entry[],
  hashOf: (entry: Omit<Entry, 'hash'>) => string,
): string | null {
  let previous = genesis;
  for (const [index, { hash, ...entry }] of entries.entries()) {
    if (entry.sequence !== index + 1) return `entry ${index + 1} is missing or out of order`;
    if (entry.previous !== previous) return `entry ${entry.sequence} does not follow the one before it`;
    if (hashOf(entry) !== hash) return `entry ${entry.sequence} was changed`;
    previous = hash;
  }
  return null;
}
