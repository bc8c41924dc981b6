import * as z from 'zod';
import type { Meanings } from './outcome.ts';

/** What an eradication has come to. `left` says what is still there or was gone before, and why; `lastUsed` is evidence. */
export const Removal = z.strictObject({
  outcome: z.enum(['removed', 'partly-removed', 'nothing-left']),
  /** All of it in one line, for the message and the record. */
  because: z.string(),
  removed: z.array(z.string()),
  left: z.array(z.string()),
  failed: z.array(z.strictObject({ what: z.string(), error: z.string() })),
  /** Not by id: the ledger redacts values, and would keep an id that is a name. */
  lastUsed: z.array(z.strictObject({ key: z.string(), used: z.string() })),
});

/** What the outcomes of every eradication mean. */
export const removalOutcomes: Meanings<Removal['outcome'] | 'would-remove' | 'not-applicable'> = {
  removed: 'good',
  'partly-removed': 'attention',
  'nothing-left': 'good',
  'would-remove': 'observed',
  'not-applicable': 'good',
};

/** The last use of each key by its id, as a removal reports it. */
export const usesOf = (lastUsed: Readonly<Record<string, string>>): Removal['lastUsed'] =>
  Object.entries(lastUsed).map(([key, used]) => ({ key, used }));
export type Removal = z.infer<typeof Removal>;

/** The outcome follows from what was removed and what failed. `because` stays below 2,000 characters: a message has room for 3,000. */
export function removalOf(found: Omit<Removal, 'outcome' | 'because'>): Removal {
  const { removed, left, failed } = found;
  const outcome = failed.length > 0 ? 'partly-removed' : removed.length > 0 ? 'removed' : 'nothing-left';
  const said = [
    ...(removed.length > 0 ? [`deleted: ${removed.join(', ')}`] : []),
    ...(left.length > 0 ? [`left: ${left.join(', ')}`] : []),
  ];
  const words = said.join('; ') || 'there was nothing to delete';
  return { outcome, because: words.length <= 2000 ? words : `${words.slice(0, 1997)}...`, ...found };
}

/** Part of what looks before such a question answer: `none` means that nobody is asked. */
export const Removable = z.enum(['none', 'some']);
export type Removable = z.infer<typeof Removable>;
