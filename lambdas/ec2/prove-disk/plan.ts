import * as z from 'zod';
import { BlockProof, blocksOf, proofWords, requestsWords } from '../../../lib/domain/block-proof.ts';
import type { DiskProof } from './step.ts';

/** What the step that takes the snapshots has left on record. */
export const Taken = z.object({ snapshots: z.array(z.object({ id: z.string(), volume: z.string() })) });

/** A snapshot among the evidence, as EC2 shows it now. */
export interface Copy {
  readonly id: string;
  readonly uri: string;
  /** EC2's word, or `gone`. */
  readonly state: string;
  /** Blocks of its volume. */
  readonly blocks: number;
  /** When it was begun, in milliseconds since 1970. */
  readonly since: number;
}

/** How far a copy has been read: the first block that was not looked at, and the tree over all before it. */
export const Walk = z.object({
  id: z.string(),
  next: z.int(),
  hashed: z.int(),
  tree: z.object({ size: z.int(), peaks: z.array(z.string()).readonly() }),
});
export type Walk = z.infer<typeof Walk>;

/** What is done so far; it is on the ledger, and whoever is called again goes on from there. */
export const Progress = z.object({
  /** When the first block was read. */
  since: z.string(),
  /** Written blocks of each copy, by its id. */
  counted: z.record(z.string(), z.int()),
  done: z.array(BlockProof),
  under: Walk.nullable(),
});
export type Progress = z.infer<typeof Progress>;

/** Milliseconds for which a copy is waited for, and again for its blocks: then it is said how far it came. */
export const patience = 2 * 60 * 60 * 1000;

/** Whether it is worth coming again for those that EC2 has not completed. */
export const isAwaited = ({ state, since }: Copy, now: string): boolean =>
  state === 'pending' && Date.parse(now) - since < patience;

export const isOver = ({ since }: Progress, now: string): boolean => Date.parse(now) - Date.parse(since) >= patience;

/** Why it cannot be read at all, or null. */
export function unreadable({ state }: Copy): string | null {
  if (state === 'completed') return null;
  if (state === 'pending') return 'EC2 had not completed it after two hours, and only a completed one can be read';
  return state === 'gone' ? 'it is not there any more' : `EC2 shows it as ${state}`;
}

export const failed = (
  { uri, blocks }: Copy,
  because: string,
  { written = 0, hashed = 0 }: { written?: number; hashed?: number } = {},
): BlockProof => ({ uri, blocks, written, hashed, root: null, because });

const byHand = 'by hand: make a volume of it, attach it, and docs/record.md has a script that prints the root';

/** Of the copies, in their order, those that are too many for what may be read in one incident, each with the reason. */
export function tooMany(copies: readonly Copy[], counted: Progress['counted'], gibibytes: number): BlockProof[] {
  let room = blocksOf(gibibytes);
  return copies.flatMap((copy) => {
    const written = counted[copy.id] ?? 0;
    if (written <= room) {
      room -= written;
      return [];
    }
    const because = `it takes ${requestsWords(written)}, more than the ${gibibytes} GiB of an incident have left; ${byHand}`;
    return [failed(copy, because, { written })];
  });
}

/** What is begun, before the first block is read: how much, and for how much money. */
export function begunWords({ counted, done }: Progress): string {
  const left = Object.values(counted).reduce((sum, one) => sum + one, 0);
  const without = done.reduce((sum, { written }) => sum + written, 0);
  return `prove-disk: GetSnapshotBlock takes ${requestsWords(left - without)}`;
}

export const soFarWords = ({ under, counted }: Progress): string =>
  under
    ? `prove-disk: ${under.hashed} of ${counted[under.id] ?? 0} blocks of ${under.id} so far`
    : 'prove-disk: so far';

const idIn = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

/** What to report once nothing is left to do. */
export function resultOf(proofs: readonly BlockProof[]): DiskProof {
  const whole = proofs.filter(({ root }) => root !== null).length;
  const outcome = whole === proofs.length ? 'proved' : whole > 0 ? 'partly-proved' : 'not-proved';
  return { outcome, proofs: [...proofs], facts: proofs.map((one) => `${idIn(one.uri)}: ${proofWords(one)}`) };
}
