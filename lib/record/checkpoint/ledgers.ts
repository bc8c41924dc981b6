import { type Chain, type ChainFault, nameOf, type Seen, tolerance } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';

/** A ledger at hand: in the table, or in an export. */
export interface LedgerAtHand {
  readonly incident: string;
  /** In order; `hash` was computed anew. */
  readonly entries: readonly { readonly at: string; readonly hash: string }[];
  /** Why it does not hold by itself; null where it does. */
  readonly flaw: string | null;
  /** `export`: it may be older than the checkpoints. `unlisted table`: the list of incidents does not have it. */
  readonly from: 'table' | 'unlisted table' | 'export';
}

type Fault = Omit<ChainFault, 'incident'>;

function shortened(ledger: LedgerAtHand, { checkpoint, at, entries }: Seen): Fault {
  const count = ledger.entries.length;
  const older = ledger.from === 'export' ? 'The export is older than that, or entries' : 'Entries';
  const advice = ledger.from === 'export' ? ' Ask for one that was sealed later.' : '';
  const what = `${ledger.incident} has ${count} entries, and ${nameOf(checkpoint, at)} counts ${entries}. ${older} were removed.${advice}`;
  return { kind: 'shortened', checkpoint, what };
}

/** Whether the ledger has, entry by entry, what the checkpoints saw of it. */
function againstHeads(ledger: LedgerAtHand, heads: readonly Seen[]): Fault[] {
  const changed = heads.find(({ entries, hash }) => {
    const there = ledger.entries[entries - 1];
    return there !== undefined && there.hash !== hash;
  });
  if (changed) {
    const { checkpoint, at, entries } = changed;
    const what = `${ledger.incident} has another entry ${entries} than in ${nameOf(checkpoint, at)}: something up to it was changed.`;
    return [{ kind: 'rewritten', checkpoint, what }];
  }
  const longer = heads.find(({ entries }) => entries > ledger.entries.length);
  return longer ? [shortened(ledger, longer)] : [];
}

/** The first checkpoint that has to have what was written at a moment; undefined where there is none. Their times go up. */
function firstAfter(at: string, { checkpoints }: Chain): Checkpoint | undefined {
  const moment = Date.parse(at) + tolerance;
  let [from, to] = [0, checkpoints.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (Date.parse(checkpoints[middle]?.checkpoint.at ?? '') > moment) to = middle;
    else from = middle + 1;
  }
  return checkpoints[from]?.checkpoint;
}

/** The first entry that is dated before a checkpoint which does not have it. */
function backdated({ incident, entries }: LedgerAtHand, heads: readonly Seen[], chain: Chain): Fault[] {
  for (const [index, entry] of entries.entries()) {
    const checkpoint = firstAfter(entry.at, chain);
    // What is dated later than the newest checkpoint is for the next one.
    if (!checkpoint) continue;
    const covered = heads.findLast((head) => head.checkpoint <= checkpoint.number)?.entries ?? 0;
    if (index < covered) continue;
    const has = covered === 0 ? 'does not have the incident' : `counts ${covered}`;
    const what = `Entry ${index + 1} of ${incident} is dated ${entry.at}, and ${nameOf(checkpoint.number, checkpoint.at)} ${has}: it was added later and backdated.`;
    return [{ kind: 'backdated', checkpoint: checkpoint.number, what }];
  }
  return [];
}

/** Holds a ledger against the checkpoints. What is on its way out of the table need not be whole there any more. */
export function faultsOfLedger(ledger: LedgerAtHand, chain: Chain): ChainFault[] {
  if (ledger.from !== 'export' && chain.removals.has(ledger.incident) && ledger.flaw !== null) return [];
  const heads = chain.heads.get(ledger.incident) ?? [];
  const flaw: Fault[] =
    ledger.flaw === null
      ? []
      : [{ kind: 'broken', checkpoint: null, what: `The ledger of ${ledger.incident} does not hold: ${ledger.flaw}.` }];
  const unlisted: Fault[] =
    ledger.from === 'unlisted table'
      ? [
          {
            kind: 'unlisted',
            checkpoint: null,
            what: `${ledger.incident} is not in the list of incidents, and its ledger is.`,
          },
        ]
      : [];
  // Of what cannot be read nothing more can be said.
  const readable = ledger.entries.length > 0;
  const found = readable
    ? [...unlisted, ...flaw, ...againstHeads(ledger, heads), ...backdated(ledger, heads, chain)]
    : flaw;
  return found.map((fault) => ({ ...fault, incident: ledger.incident }));
}

/** The incidents that a checkpoint names, that are not among these, and of which no checkpoint says that they were to go. */
export function removedFrom(there: ReadonlySet<string>, { heads, removals }: Chain): ChainFault[] {
  return [...heads].flatMap(([incident, seen]) => {
    const last = seen.at(-1);
    if (!last || there.has(incident) || removals.has(incident)) return [];
    const { checkpoint, at, entries } = last;
    const what = `${incident} is gone: ${nameOf(checkpoint, at)} counts ${entries} entries of it.`;
    return [{ kind: 'removed' as const, checkpoint, incident, what }];
  });
}
