import canonicalize from 'canonicalize';
import * as z from 'zod';
import { genesis } from '../../domain/ledger.ts';
import type { Item } from '../../items/item.ts';
import { entryItem } from '../../items/ledger.ts';
import { wrong } from './fault.ts';
import { names, sha256 } from './files.ts';

/** What the signed end of the ledger says about all of it. */
export const Head = z.object({
  incident: z.string(),
  entries: z.int().min(1),
  /** SHA-256 of the last line, without its line end. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  /** How many custody records there are, and the SHA-256 of the last line of those. */
  evidence: z.object({ records: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
});
export type Head = z.infer<typeof Head>;

/** What verification reads of an entry. `loose`: a later version may add to it, and the hash covers that too. */
const Entry = z.looseObject({
  sequence: z.int().min(1),
  previous: z.string(),
  at: z.iso.datetime(),
  kind: z.string(),
  actor: z.string(),
  what: z.string(),
  detail: z.unknown(),
});
export type Entry = z.infer<typeof Entry>;

/**
 * The ledger's items as lines: canonical JSON (RFC 8785) without the hash, so that `previous` in each line is the SHA-256 of exactly the
 * bytes of the line before.
 */
export const ledgerLines = (items: readonly Item[]): string[] =>
  items.filter(entryItem.isOf).map(({ pk: _, sk: __, hash: ___, ...entry }) => canonicalize(entry) ?? '');

const file = names.ledger;

/** Entries from their lines. Throws a Tampered that names the first line which is none. */
export function readEntries(lines: readonly string[]): Entry[] {
  return lines.map((line, index) => {
    try {
      return Entry.parse(JSON.parse(line));
    } catch {
      return wrong(file, `Line ${index + 1} of ${file} is not a ledger entry.`, index + 1);
    }
  });
}

/** Every sequence number once, in order, from 1 to what the head says. */
function checkOrder(entries: readonly Entry[], head: Head): void {
  const seen = new Map<number, number>();
  for (const [index, { sequence }] of entries.entries()) {
    const expected = index + 1;
    if (seen.has(sequence)) wrong(file, `Entry ${sequence} occurs twice: one was added.`, sequence);
    seen.set(sequence, index);
    if (sequence === expected) continue;
    const later = entries.findIndex((one) => one.sequence === expected);
    if (later < 0) wrong(file, `Entry ${expected} was removed.`, expected);
    wrong(file, `Entries were reordered: entry ${sequence} is in the place of entry ${expected}.`, sequence);
  }
  const count = entries.length;
  if (count < head.entries) {
    const gone =
      count + 1 === head.entries ? `Entry ${head.entries} was` : `Entries ${count + 1} to ${head.entries} were`;
    wrong(file, `${gone} removed from the end: the head counts ${head.entries}.`, count + 1);
  }
  if (count > head.entries) {
    const first = head.entries + 1;
    wrong(file, `Entry ${first} was added at the end: the head counts ${head.entries}.`, first);
  }
}

/** Milliseconds by which two of Lambda's clocks may honestly differ: Amazon Time Sync keeps them to far less than a second. */
const skew = 1000;

function checkTimes(entries: readonly Entry[]): void {
  for (const [index, { at, sequence }] of entries.entries()) {
    const before = entries[index - 1];
    if (before && Date.parse(at) + skew < Date.parse(before.at))
      wrong(file, `Entry ${sequence} is dated before entry ${before.sequence}: a time was moved.`, sequence);
  }
}

/** Where a link breaks, the entry before it was changed, unless what follows does not fit either. */
function checkLinks(lines: readonly string[], entries: readonly Entry[], head: Head): void {
  const hashes = lines.map(sha256);
  const said = [...entries.map(({ previous }) => previous), head.hash];
  const broken = said.findIndex((previous, index) => previous !== (hashes[index - 1] ?? genesis));
  if (broken < 0) return;
  const nextHolds = broken < lines.length && said[broken + 1] === hashes[broken];
  const changed = broken === 0 ? 1 : broken === lines.length || nextHolds ? broken : broken + 1;
  wrong(file, `Entry ${changed} was changed: the next entry names another hash.`, changed);
}

/**
 * Checks a ledger against its head, line by line, and returns its entries. Throws what is wrong first: in the order of the entries, in
 * their times, in their chain.
 */
export function checkLedger(text: string, head: Head): Entry[] {
  if (!text.endsWith('\n')) {
    const at = text.split('\n').length;
    wrong(file, `${file} is cut short, within line ${at}.`, at);
  }
  const lines = text.slice(0, -1).split('\n');
  const entries = readEntries(lines);
  checkOrder(entries, head);
  checkTimes(entries);
  checkLinks(lines, entries, head);
  return entries;
}
