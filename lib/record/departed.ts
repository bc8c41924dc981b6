import * as z from 'zod';
import { Departure, departureItem } from '../items/departure.ts';
import type { Item, Key } from '../items/item.ts';
import { entryItem } from '../items/ledger.ts';

/** An incident that has left the table, as the ledger of removals says. */
export interface Departed {
  readonly departure: Departure;
  /** The checkpoint that names it. */
  readonly checkpoint: number;
  /** ISO 8601. */
  readonly leftAt: string;
}

const About = z.object({ incident: z.string() });
const Left = About.extend({ checkpoint: z.int(), items: z.int() });

/**
 * The incidents that have left, by their ids, from the ledger of removals: each was decided with its head and its reason, then it left, or it stayed
 * after all.
 */
export function departedIn(ledger: readonly Item[]): ReadonlyMap<string, Departed> {
  const decided = new Map<string, Departure>();
  const departed = new Map<string, Departed>();
  const entries = entryItem.sorted(ledger).values.toSorted((a, b) => a.sequence - b.sequence);
  for (const { kind, detail, at } of entries) {
    const about = About.safeParse(detail).data;
    if (kind !== 'retention' || !about) continue;
    const [decision, left] = [Departure.safeParse(detail).data, Left.safeParse(detail).data];
    const departure = decided.get(about.incident);
    if (decision) decided.set(about.incident, decision);
    else if (left && departure) departed.set(about.incident, { departure, checkpoint: left.checkpoint, leftAt: at });
  }
  return departed;
}

/** By which keep-retention takes it out again, as it was decided once: no checkpoint has to name it anew. */
export const departureAgain = ({ departure, checkpoint }: Departed, openedAt: string): Item & Key =>
  departureItem.item({ departure, openedAt, checkpoint, left: null }, departure.incident);
