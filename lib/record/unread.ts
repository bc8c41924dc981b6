import { approvalItem } from '../items/approval.ts';
import { audienceItem } from '../items/audience.ts';
import { beforeStateItem } from '../items/before-state.ts';
import { changesItem, factItem, obligationItem } from '../items/clocks.ts';
import { fieldItem } from '../items/field.ts';
import { findingItem } from '../items/finding.ts';
import { incidentItem } from '../items/incident.ts';
import type { Item, Unread } from '../items/item.ts';
import { entryItem, headItem } from '../items/ledger.ts';
import { missedItem } from '../items/missed.ts';
import { receiptItem } from '../items/receipt.ts';
import { removalItem } from '../items/removal.ts';
import type { Kind } from './items.ts';

/** Every kind that lies in the partition of an incident. */
const kinds: readonly Kind<unknown>[] = [
  incidentItem,
  findingItem,
  beforeStateItem,
  receiptItem,
  removalItem,
  approvalItem,
  obligationItem,
  factItem,
  changesItem,
  fieldItem,
  entryItem,
  headItem,
  missedItem,
  audienceItem,
];

/** What of an incident is there and cannot be read: the record says so, rather than to look whole without it. */
export function unreadAmong(items: readonly Item[]): Unread[] {
  const strange = items
    .filter((item) => !kinds.some(({ isOf }) => isOf(item)))
    .map(({ sk }) => ({ item: String(sk), because: 'This version of Tourniquet knows no such kind of item.' }));
  return [...kinds.flatMap(({ sorted }) => sorted(items).unread), ...strange];
}
