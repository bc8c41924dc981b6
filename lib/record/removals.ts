import * as z from 'zod';
import { Removal } from '../domain/removal.ts';
import type { Item } from '../items/item.ts';
import { receiptItem } from '../items/receipt.ts';
import { parsed } from './items.ts';

const Receipt = z.object({
  step: z.string(),
  at: z.string(),
  of: z.string(),
  // What is not shown may look otherwise in an older version.
  result: z.object(Removal.shape).pick({ outcome: true, removed: true, left: true, failed: true }),
});

/** What was taken away for good after people had agreed to it; nothing of it comes back by a release. */
export function removalsOf(items: readonly Item[]) {
  return parsed(items, receiptItem, Receipt)
    .map(({ step, at, of, result: { outcome, removed, left, failed } }) => ({
      step,
      at,
      target: of,
      outcome,
      removed,
      left,
      failed: failed.map(({ what, error }) => `${what}: ${error}`),
    }))
    .toSorted((a, b) => a.at.localeCompare(b.at));
}
