import * as z from 'zod';
import { LogRow } from '../domain/logs.ts';
import type { Item } from '../items/item.ts';
import { receiptItem } from '../items/receipt.ts';
import { parsed } from './items.ts';

const Receipt = z.object({
  run: z.string(),
  at: z.string(),
  of: z.string(),
  result: z.object({ logs: z.array(LogRow).min(1) }),
});

/** Of all seven kinds of logs what there is, a table a run that looked, the earliest first. One that looked again says all that the first look said. */
export function logsOf(items: readonly Item[]) {
  const all = parsed(items, receiptItem, Receipt)
    .map(({ run, at, of, result: { logs } }) => ({ run, at, of, rows: logs }))
    .toSorted((a, b) => a.at.localeCompare(b.at));
  return [...new Map(all.map((one) => [one.run, one])).values()];
}
