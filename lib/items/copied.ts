import { beforeStateItem } from './before-state.ts';
import { incidentItem } from './incident.ts';
import { entryItem } from './ledger.ts';

/** The kinds of items whose copies go into the vault as soon as they are written: with them everything can be put back. */
export const copied = [entryItem, beforeStateItem, incidentItem] as const;

/** How the sort keys of entries begin. */
export const entries = entryItem.prefix;
