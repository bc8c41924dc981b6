import * as z from 'zod';
import { blindWindows, windowWords } from '../domain/blind-window.ts';
import { findingItem } from '../items/finding.ts';
import type { Item } from '../items/item.ts';
import { entryItem } from '../items/ledger.ts';
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

/** What the findings do not say, what no step could read, and when logs were off, the earliest first. */
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
  const findings = findingItem.sorted(items).values;
  const blind = blindWindows(findings, entryItem.sorted(items).values).map((window) => ({
    at: window.from,
    from: window.type,
    what: windowWords(window),
  }));
  return [...unsaid, ...unread, ...blind].toSorted((a, b) => a.at.localeCompare(b.at));
}
