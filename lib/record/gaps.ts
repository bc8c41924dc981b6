import * as z from 'zod';
import { findingItem } from '../items/finding.ts';
import type { Item } from '../items/item.ts';
import { receiptItem } from '../items/receipt.ts';
import { parsed } from './items.ts';

/** Something nobody could find out: who looked for it, and what it is. */
export interface Gap {
  readonly at: string;
  readonly from: string;
  readonly what: string;
}

const Looked = z.object({
  step: z.string(),
  at: z.string(),
  result: z.object({
    unknown: z.array(z.string()).catch([]),
    gaps: z.array(z.object({ kind: z.string(), because: z.string() })).catch([]),
  }),
});

/** What the findings do not say, and what no step could read, the earliest first. */
export function gapsOf(items: readonly Item[]): Gap[] {
  const unsaid = findingItem
    .sorted(items)
    .values.flatMap(({ receivedAt, finding }) =>
      finding.missing.map((what) => ({ at: receivedAt, from: finding.type, what })),
    );
  const unread = parsed(items, receiptItem, Looked).flatMap(({ step, at, result }) =>
    [...result.unknown, ...result.gaps.map(({ kind, because }) => `${kind}: ${because}`)].map((what) => ({
      at,
      from: step,
      what,
    })),
  );
  return [...unsaid, ...unread].toSorted((a, b) => a.at.localeCompare(b.at));
}
