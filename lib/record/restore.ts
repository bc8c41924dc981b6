import canonicalize from 'canonicalize';
import * as z from 'zod';
import { type BeforeState, beforeStateItem } from '../items/before-state.ts';
import { dayOf, grownItem } from '../items/checkpoint.ts';
import { retentionLedger } from '../items/departure.ts';
import { incidentItem, Listed, listItem, partitionOf } from '../items/incident.ts';
import type { Item, Key } from '../items/item.ts';
import { entryItem, headItem } from '../items/ledger.ts';
import { copyOf } from './copy.ts';
import { type Departed, departureAgain } from './departed.ts';
import { ledgerOf } from './incident.ts';
import { over } from './retention.ts';

/** A copy as it lies in the vault. */
export interface StoredCopy {
  readonly key: string;
  /** When S3 received it; ISO 8601. */
  readonly since: string;
  readonly item: Item;
}

/** What the vault has of one incident, held against the table. */
export interface Comparison {
  readonly incident: string;
  /** Entries and before-states in the vault. */
  readonly entries: number;
  readonly beforeStates: readonly BeforeState[];
  /** Items that the table lacks or has in an earlier state, in the order in which they are to be written. */
  readonly missing: readonly (Item & Key)[];
  /** What does not fit, in sentences: then nothing is to be written. */
  readonly faults: readonly string[];
  /** How it left the table; null where it did not. Of one that is in the table again, `missing` has what makes it leave once more. */
  readonly left: (Departed & { readonly table: 'gone' | 'there again' }) | null;
}

/** What the ledger of removals says of an incident, and whether this table has it on its way out already. */
export interface Fate extends Departed {
  readonly leaving: boolean;
}

const same = (one: Item, other: Item): boolean => canonicalize(one) === canonicalize(other);
const skOf = ({ sk }: Item): string => String(sk);
const place = (item: Item): Item & Key => ({ ...item, pk: String(item.pk), sk: skOf(item) });

function damaged(copies: readonly StoredCopy[]): string[] {
  const wrong = copies.filter(({ key, item }) => copyOf(item).key !== key);
  return wrong.map(({ key }) => `${key} does not match the hash in its name`);
}

const Last = z.object({ sequence: z.int(), hash: z.string(), at: z.string() });

interface Part {
  readonly missing: readonly (Item & Key)[];
  readonly faults: readonly string[];
}

/** The entries that the table lacks, its head, and the mark by which the next checkpoint looks at it. */
function ledgerPart(incident: string, copies: readonly Item[], table: readonly Item[]): Part {
  const there = new Map(table.filter(entryItem.isOf).map((item) => [skOf(item), item]));
  const changed = copies.filter((copy) => there.has(skOf(copy)) && !same(copy, there.get(skOf(copy)) ?? copy));
  const missing = copies.filter((copy) => !there.has(skOf(copy)));
  const all = [...there.values(), ...missing].toSorted((a, b) => (skOf(a) < skOf(b) ? -1 : 1));
  const twice = all.filter((item, at) => at > 0 && skOf(item) === skOf(all[at - 1] ?? {}));
  const last = Last.safeParse(all.at(-1)).data;
  const head = last && headItem.item({ sequence: last.sequence, hash: last.hash, day: dayOf(last.at) }, incident);
  const broken = twice.length === 0 && head ? ledgerOf([...all, head]).because : null;
  const faults = [
    ...changed.map((item) => `entry ${Number(skOf(item).slice(-6))} in the table is not the one that was copied`),
    ...twice.map((item) => `there are two copies of entry ${Number(skOf(item).slice(-6))}`),
    ...(broken ? [`the ledger with its copies does not hold: ${broken}`] : []),
  ];
  if (missing.length === 0 || !last || !head) return { missing: [], faults };
  return { missing: [...missing.map(place), head, grownItem.item({ incident }, dayOf(last.at), incident)], faults };
}

/** How far a before-state has come: it was taken, its release has begun, it was released. */
const progress = ({ releasedAt, releaseBegun }: BeforeState): number => (releasedAt ? 2 : releaseBegun ? 1 : 0);

function beforePart(copies: readonly Item[], table: readonly Item[]): Part & { readonly newest: readonly Item[] } {
  const sorted = copies.toSorted((a, b) => progress(beforeStateItem.read(a)) - progress(beforeStateItem.read(b)));
  const newest = [...new Map(sorted.map((item) => [skOf(item), item])).values()];
  const faults: string[] = [];
  const missing = newest.filter((copy) => {
    const there = table.find((item) => skOf(item) === skOf(copy));
    if (!there) return true;
    const [ours, theirs] = [beforeStateItem.read(copy), beforeStateItem.read(there)];
    if (ours.hash !== theirs.hash || ours.takenAt !== theirs.takenAt)
      faults.push(`the before-state of ${ours.step} on ${ours.of} in the table is not the one that was copied`);
    return progress(ours) > progress(theirs);
  });
  return { newest, missing: missing.map(place), faults };
}

/** S3 has whole seconds: of two copies in one, the later seal is the newer, and then the one with more runs. */
function newestOf(copies: readonly StoredCopy[]) {
  const [newest] = copies
    .map(({ since, item }) => ({ since, item, read: incidentItem.read(item) }))
    .toSorted(
      ({ since: a, read: ours }, { since: b, read: theirs }) =>
        b.localeCompare(a) ||
        (theirs.sealed?.at ?? '').localeCompare(ours.sealed?.at ?? '') ||
        Object.keys(theirs.ends).length - Object.keys(ours.ends).length,
    );
  return newest;
}

/**
 * The incident itself, and its line in the list of all, where the table has neither, or lags behind its copies: one that was closed after
 * a backup must not be open again.
 */
function incidentPart(
  incident: string,
  copies: readonly StoredCopy[],
  table: readonly Item[],
  state: 'lags behind' | 'as new as its copies',
): Part {
  const there = table.find(incidentItem.isOf);
  const newest = newestOf(copies);
  if (!there && !newest) return { missing: [], faults: ['neither the table nor the vault has the incident itself'] };
  if (!newest || (there && (state === 'as new as its copies' || same(newest.item, there))))
    return { missing: [], faults: [] };
  const listed = Listed.parse(newest.read);
  return { missing: [place(newest.item), listItem.item(listed, listed.openedAt, incident)], faults: [] };
}

/** What has an incident leave again that a backup brought back; it was decided once, about just this ledger. */
function departurePart(fate: Fate | null, copies: readonly StoredCopy[]): readonly (Item & Key)[] {
  const newest = newestOf(copies)?.read;
  return fate && !fate.leaving && newest ? [departureAgain(fate, newest.openedAt)] : [];
}

/** Nothing of an incident is written of which something cannot be read: by a newer version, or not at all. */
function unreadable(copies: readonly Item[], table: readonly Item[]): string[] {
  const unread = [beforeStateItem, incidentItem].flatMap((one) => [
    ...one.sorted(copies).unread,
    ...one.sorted(table).unread,
  ]);
  return unread.map(({ because }) => because);
}

/** Holds what the vault has of an incident against what a table has of it. `fate` is null of one that never left. */
export function compared(
  incident: string,
  copies: readonly StoredCopy[],
  table: readonly Item[],
  fate: Fate | null = null,
): Comparison {
  const items = copies.map(({ item }) => item);
  const entries = items.filter(entryItem.isOf);
  const left = fate && { ...fate, table: table.length > 0 ? ('there again' as const) : ('gone' as const) };
  const nothing = { incident, entries: entries.length, beforeStates: [], missing: [], faults: [], left };
  if (left?.table === 'gone') return nothing;
  const unread = unreadable(items, table);
  if (unread.length > 0) return { ...nothing, faults: unread };
  const foreign = copies.filter(({ item }) => item.pk !== partitionOf(incident));
  const ledger = ledgerPart(incident, entries, table);
  const before = beforePart(items.filter(beforeStateItem.isOf), table);
  // One that left had ended before.
  const ofItself = copies.filter(
    ({ item }) => incidentItem.isOf(item) && (!fate || over.includes(incidentItem.read(item).state)),
  );
  const state = fate || ledger.missing.length > 0 ? 'lags behind' : 'as new as its copies';
  // The ledger of removals is of no incident.
  const isLedgerAlone = incident === retentionLedger;
  const itself = isLedgerAlone ? { missing: [], faults: [] } : incidentPart(incident, ofItself, table, state);
  const faults = [...damaged([...copies]), ...foreign.map(({ key }) => `${key} is of another incident`)];
  return {
    ...nothing,
    beforeStates: before.newest.map((item) => beforeStateItem.read(item)),
    missing: [...before.missing, ...ledger.missing, ...itself.missing, ...departurePart(fate, ofItself)],
    faults: [...faults, ...ledger.faults, ...before.faults, ...itself.faults],
  };
}
