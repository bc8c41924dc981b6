import { genesis } from '../../domain/ledger.ts';
import { type Departure, retentionLedger } from '../../items/departure.ts';
import { keyOf, type LedgerHead, lineOf } from './checkpoint.ts';
import type { ReadCheckpoint } from './read.ts';
import { emptyTree, grown, isTree, rootOf, type Tree } from './tree.ts';

/** What can be wrong, for programs; the sentence beside it is for people. */
export type FaultKind =
  | 'removed' // an incident, or all of a checkpoint, is gone
  | 'shortened' // a ledger has fewer entries than a checkpoint counted
  | 'rewritten' // an entry is another one than the checkpoint saw
  | 'backdated' // something claims to be older than a checkpoint that does not have it
  | 'unlisted' // an incident is there and not in the list
  | 'broken' // the hash chain of a ledger, or an export, does not hold
  | 'unchained' // a checkpoint does not follow the one before
  | 'damaged' // a checkpoint is not what was signed
  | 'forked' // there are two checkpoints of one number
  | 'foreign'; // another key signed

export interface ChainFault {
  readonly kind: FaultKind;
  readonly checkpoint: number | null;
  readonly incident: string | null;
  readonly what: string;
}

/**
 * Milliseconds by which an entry may be dated before a checkpoint that does not have it: its time is noted before it is written, and no function
 * runs for longer than this (Lambda quotas, "Function timeout").
 */
export const tolerance = 15 * 60_000;

/** A head with the checkpoint that names it. */
export interface Seen extends LedgerHead {
  readonly checkpoint: number;
  readonly at: string;
}

/** A removal with the checkpoint that names it. */
export interface Removed extends Departure {
  readonly checkpoint: number;
}

/** A chain as far as it could be followed. */
export interface Chain {
  /** In order. */
  readonly checkpoints: readonly ReadCheckpoint[];
  /** The heads of each incident, the oldest first. */
  readonly heads: ReadonlyMap<string, readonly Seen[]>;
  /** The incidents that left the table, each as the newest checkpoint says that names its removal. */
  readonly removals: ReadonlyMap<string, Removed>;
  readonly faults: readonly ChainFault[];
}

/** `checkpoint 3 (2026-11-29T04:17:00.000Z)`. */
export const nameOf = (number: number, at: string): string => `checkpoint ${number} (${at})`;

type Fault = Omit<ChainFault, 'checkpoint'>;

/** What is wrong with a head, after what the checkpoints before say of its incident. */
function faultOfHead(head: LedgerHead, known: Seen | undefined, before: ReadCheckpoint | undefined): Fault | null {
  const { incident, entries, hash, opened } = head;
  if (!known) {
    if (!before || !opened || Date.parse(opened) >= Date.parse(before.checkpoint.at) - tolerance) return null;
    const { number, at } = before.checkpoint;
    const what = `${incident} says that it was opened at ${opened}, and ${nameOf(number, at)} does not have it: it was added later and backdated.`;
    return { kind: 'backdated', incident, what };
  }
  const where = nameOf(known.checkpoint, known.at);
  if (entries < known.entries)
    return {
      kind: 'shortened',
      incident,
      what: `${incident} has ${entries} entries, and had ${known.entries} in ${where}.`,
    };
  if (entries === known.entries && hash !== known.hash)
    return { kind: 'rewritten', incident, what: `${incident} has another entry ${entries} than in ${where}.` };
  if (opened !== known.opened)
    return {
      kind: 'rewritten',
      incident,
      what: `${incident} was opened at ${opened ?? 'no time'}, and in ${where} at ${known.opened ?? 'no time'}.`,
    };
  return null;
}

/** Whether a checkpoint follows the one before, and its tree is that of the heads; where the one before is not at hand, as far as it can be said. */
function faultsOfLink({ checkpoint, heads }: ReadCheckpoint, before: ReadCheckpoint | undefined): Fault[] {
  const { number, previous, at, size, peaks, root } = checkpoint;
  const incident = null;
  const first = number === 1;
  const expected = first ? genesis : before?.manifest;
  const chained = { kind: 'unchained', incident } as const;
  if (expected !== undefined && previous !== expected)
    return [{ ...chained, what: `Checkpoint ${number} names another one before it: one of the two was replaced.` }];
  if (before && at < before.checkpoint.at)
    return [{ ...chained, what: `Checkpoint ${number} is dated before checkpoint ${number - 1}.` }];
  const base: Tree | undefined = first ? emptyTree : before?.checkpoint;
  const tree = base ? grown(base, heads.map(lineOf)) : checkpoint;
  const fits = tree.size === size && tree.peaks.join() === peaks.join() && isTree(tree) && rootOf(tree) === root;
  return fits ? [] : [{ ...chained, what: `The tree of checkpoint ${number} is not that of the heads in it.` }];
}

/** Whether the counts are right, where all checkpoints before are at hand. */
function faultsOfCount(
  { checkpoint: { number, incidents, unlisted } }: ReadCheckpoint,
  known: number,
  apart: number,
): Fault[] {
  const unchained = (what: string): Fault => ({ kind: 'unchained', incident: null, what });
  const [counted, gone] = [
    `Checkpoint ${number} counts ${incidents} incidents`,
    `Checkpoint ${number} says that ${unlisted}`,
  ];
  return [
    ...(known === incidents ? [] : [unchained(`${counted}, and the heads up to it are of ${known}.`)]),
    ...(apart === unlisted ? [] : [unchained(`${gone} of them have left, and those up to it name ${apart}.`)]),
  ];
}

/** A removal is of a ledger as a checkpoint saw it, this one or one before: nobody removes what nobody has sealed. */
function faultOfRemoval(
  { incident, entries, hash }: Departure,
  seen: readonly Seen[],
  isComplete: boolean,
): Fault | null {
  const known = seen.some((head) => head.entries === entries && head.hash === hash);
  if (known || (!isComplete && seen.length === 0)) return null;
  const what = `${incident} is said to have left with ${entries} entries, and no checkpoint has seen its ledger end so.`;
  return { kind: 'rewritten', incident, what };
}

function gone(from: number, to: number): Fault[] {
  if (from > to) return [];
  const [which, is] = from === to ? [`Checkpoint ${from}`, 'is'] : [`Checkpoints ${from} to ${to}`, 'are'];
  return [{ kind: 'removed', incident: null, what: `${which} (${keyOf(from)}) ${is} missing.` }];
}

/** Follows checkpoints from the first to the last. `all` may come in any order; each was read by itself before. */
export function follow(all: readonly ReadCheckpoint[]): Chain {
  const sorted = all.toSorted((a, b) => a.checkpoint.number - b.checkpoint.number);
  const heads = new Map<string, Seen[]>();
  const faults: ChainFault[] = [];
  const removals = new Map<string, Removed>();
  const checkpoints: ReadCheckpoint[] = [];
  let named = 0;
  let complete = true;
  for (const read of sorted) {
    const { number, at } = read.checkpoint;
    const last = checkpoints.at(-1);
    const note = (found: readonly Fault[]): void =>
      void faults.push(...found.map((one) => ({ checkpoint: number, ...one })));
    if (last?.checkpoint.number === number) {
      if (last.manifest === read.manifest) continue;
      note([{ kind: 'forked', incident: null, what: `There are two checkpoints ${number}, both with a signature.` }]);
      continue;
    }
    const missing = gone((last?.checkpoint.number ?? 0) + 1, number - 1);
    complete &&= missing.length === 0;
    const before = missing.length === 0 ? last : undefined;
    note([...missing, ...faultsOfLink(read, before)]);
    if (last && last.key !== read.key)
      note([
        {
          kind: 'foreign',
          incident: null,
          what: `Checkpoint ${number} was signed by another key than the one before it.`,
        },
      ]);
    for (const head of read.heads) {
      const known = heads.get(head.incident) ?? [];
      const fault = faultOfHead(head, known.at(-1), complete ? before : undefined);
      if (fault) note([fault]);
      heads.set(head.incident, [...known, { ...head, checkpoint: number, at }]);
    }
    for (const removal of read.removals) {
      const fault = faultOfRemoval(removal, heads.get(removal.incident) ?? [], complete);
      if (fault) note([fault]);
      else removals.set(removal.incident, { ...removal, checkpoint: number });
    }
    named += read.removals.length;
    if (complete) note(faultsOfCount(read, heads.size, named + (heads.has(retentionLedger) ? 1 : 0)));
    checkpoints.push(read);
  }
  return { checkpoints, heads, removals, faults };
}
