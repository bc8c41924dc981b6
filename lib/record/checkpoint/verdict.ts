import { Tampered } from '../export/fault.ts';
import { type Files, timeStampName } from '../export/files.ts';
import { checkStamp } from '../export/time-stamp-verdict.ts';
import { type ChainFault, follow, nameOf, type Removed } from './chain.ts';
import { keyOf } from './checkpoint.ts';
import { faultsOfLedger, type LedgerAtHand, removedFrom } from './ledgers.ts';
import { type ReadCheckpoint, readOrFault } from './read.ts';

/** A checkpoint as it was found: under the name of its file, or a version of it. */
export interface Archive {
  readonly name: string;
  readonly read: () => Files;
}

export interface ToCheck {
  readonly archives: readonly Archive[];
  /** Fingerprint of the only key that may have signed; null leaves the comparison to whoever reads the result. */
  readonly pinned: string | null;
  /** Certificates (DER) one of which each stamp has to lead to; null takes any. */
  readonly authority: readonly Uint8Array[] | null;
  /** The ledgers to compare, given the incidents that the checkpoints name. */
  readonly ledgersOf: (named: readonly string[]) => Promise<readonly LedgerAtHand[]>;
  /** `all`: an incident that is not among the ledgers is gone. `some`: only those at hand are compared. */
  readonly scope: 'all' | 'some';
  /** ISO 8601; null where it does not matter how old the newest is. */
  readonly now: string | null;
}

export interface CheckpointVerdict {
  readonly ok: boolean;
  readonly checkpoints: number;
  readonly first: { readonly number: number; readonly at: string } | null;
  readonly last: { readonly number: number; readonly at: string } | null;
  /** Incidents that the checkpoints name. */
  readonly incidents: number;
  /** Heads in the tree, and its root. */
  readonly size: number;
  readonly root: string | null;
  /** Fingerprint of the key that signed the last one. */
  readonly key: string | null;
  /** The newest one that an authority stamped: with it, all before are older than that. */
  readonly stamped: { readonly checkpoint: number; readonly at: string; readonly authority: string } | null;
  /** Ledgers that were compared. */
  readonly ledgers: number;
  /** Incidents that left the table, by whose word; each as a checkpoint names it. */
  readonly removed: readonly Removed[];
  readonly faults: readonly ChainFault[];
  /** What could not be checked, and why. */
  readonly notes: readonly string[];
}

const fault = (kind: ChainFault['kind'], checkpoint: number | null, what: string): ChainFault => ({
  kind,
  checkpoint,
  incident: null,
  what,
});

interface Readable {
  readonly archive: Archive;
  readonly read: ReadCheckpoint;
}

/** Those that can be read, and what is wrong with the others. */
function sorted(archives: readonly Archive[], pinned: string | null) {
  const readable: Readable[] = [];
  const faults: ChainFault[] = [];
  for (const archive of archives) {
    const read = readOrFault(archive.read, pinned);
    const said = /(\d+)\.tar$/.exec(archive.name)?.[1];
    const number = said === undefined ? null : Number(said);
    if ('what' in read) faults.push(fault('damaged', number, `${archive.name}: ${read.what}`));
    else if (!keyOf(read.checkpoint.number).endsWith(archive.name.split('/').at(-1) ?? ''))
      faults.push(fault('damaged', number, `${archive.name} contains checkpoint ${read.checkpoint.number}.`));
    else readable.push({ archive, read });
  }
  return { readable, faults };
}

type Stamp = NonNullable<CheckpointVerdict['stamped']>;

/** The newest stamp, and what is wrong with any of them. A checkpoint without one is covered by the next that has one: they are chained. */
async function stampsOf(readable: readonly Readable[], authority: ToCheck['authority']) {
  let newest: Stamp | null = null;
  const faults: ChainFault[] = [];
  for (const { archive, read } of readable) {
    const { number, at } = read.checkpoint;
    const files = archive.read();
    if (!files.has(timeStampName)) continue;
    try {
      await checkStamp(files, at, { authority }, (stamp) => {
        if (number >= (newest?.checkpoint ?? 0))
          newest = { checkpoint: number, at: stamp.at, authority: stamp.authority };
      });
    } catch (error) {
      if (!(error instanceof Tampered)) throw error;
      faults.push(fault('damaged', number, `Checkpoint ${number}: ${error.fault.what}`));
    }
  }
  if (authority && !newest) faults.push(fault('damaged', null, 'No checkpoint has a time-stamp.'));
  return { newest, faults };
}

/** Hours between two checkpoints after which some must be missing: one a day is made. */
const late = 36;
const hour = 3_600_000;
const hoursBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / hour);

function pauses(all: readonly ReadCheckpoint[], now: string | null): string[] {
  const between = all.slice(1).flatMap(({ checkpoint: { number, at } }, index) => {
    const before = all[index]?.checkpoint;
    const hours = before ? hoursBetween(before.at, at) : 0;
    return hours > late
      ? [
          `No checkpoint was made in the ${hours} hours before ${nameOf(number, at)}: what was added and removed in between is in none.`,
        ]
      : [];
  });
  const last = all.at(-1)?.checkpoint;
  const since = now && last ? hoursBetween(last.at, now) : 0;
  return since > late
    ? [...between, `The newest checkpoint is ${since} hours old: one a day should be made.`]
    : between;
}

/** What leaves the table is named a day before, so it may be there still; or a backup has brought it back. */
function stillThere(from: LedgerAtHand['from'], removal: Removed | undefined): string[] {
  if (!removal || from === 'export') return [];
  const { incident, checkpoint } = removal;
  return [
    `${incident} was to leave by checkpoint ${checkpoint} and is in the table. If a backup brought it back, tourniquet restore --put has it leave again.`,
  ];
}

/** Checks checkpoints one by one, as a chain, and against the ledgers at hand. Never throws a Tampered. */
export async function checkAll({
  archives,
  pinned,
  authority,
  ledgersOf,
  scope,
  now,
}: ToCheck): Promise<CheckpointVerdict> {
  const { readable, faults: unread } = sorted(archives, pinned);
  const chain = follow(readable.map(({ read }) => read));
  const stamps = await stampsOf(readable, authority);
  const ledgers = await ledgersOf([...chain.heads.keys()]);
  const there = new Set(ledgers.map(({ incident }) => incident));
  const faults = [
    ...(archives.length === 0 ? [fault('removed', null, 'There is no checkpoint.')] : []),
    ...unread,
    ...chain.faults,
    ...stamps.faults,
    ...ledgers.flatMap((ledger) => faultsOfLedger(ledger, chain)),
    ...(scope === 'all' ? removedFrom(there, chain) : []),
  ];
  const { checkpoints, heads, removals } = chain;
  const uncovered = [...there].filter((incident) => !heads.has(incident));
  const placeOf = (one: ReadCheckpoint | undefined) =>
    one ? { number: one.checkpoint.number, at: one.checkpoint.at } : null;
  const last = checkpoints.at(-1);
  return {
    ok: faults.length === 0,
    checkpoints: checkpoints.length,
    first: placeOf(checkpoints[0]),
    last: placeOf(last),
    incidents: heads.size,
    size: last?.checkpoint.size ?? 0,
    root: last?.checkpoint.root ?? null,
    key: last?.key ?? null,
    stamped: stamps.newest,
    ledgers: ledgers.length,
    removed: [...removals.values()],
    faults,
    notes: [
      ...pauses(checkpoints, now),
      ...uncovered.map((incident) => `${incident} is in no checkpoint yet: the next one covers it.`),
      ...ledgers.flatMap(({ incident, from }) => stillThere(from, removals.get(incident))),
    ],
  };
}
