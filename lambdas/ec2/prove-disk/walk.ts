import { createHash } from 'node:crypto';
import type { EBSClient } from '@aws-sdk/client-ebs';
import { type BlockProof, blockSize } from '../../../lib/domain/block-proof.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import { emptyTree, grown, repeated, rootOf, type Tree } from '../../../lib/record/checkpoint/tree.ts';
import { oneOfThree } from '../../runtime/errors.ts';
import { hashOf, isStale, type Listed, pagesOf } from './blocks.ts';
import type { Copy, Walk } from './plan.ts';

/** Blocks in flight at once: 8 MiB of memory. EBS takes a thousand a second of an account (EBS endpoints and quotas). */
const abreast = 16;
/** Blocks of a page that are read before the next is listed, and of one that is only counted (EBS API reference, ListSnapshotBlocks, MaxResults). */
const [most, mostCounted] = [1000, 10_000];

const zeros = createHash('sha256').update(new Uint8Array(blockSize)).digest('hex');

/** How many blocks of it were ever written. */
export async function writtenIn(ebs: EBSClient, id: string): Promise<number> {
  let count = 0;
  for await (const page of pagesOf(ebs, id, 0, mostCounted)) count += page.length;
  return count;
}

export const atStart = (id: string): Walk => ({ id, next: 0, hashed: 0, tree: emptyTree });

/** Puts a block behind those before it; what lies between was never written. */
const behind = (tree: Tree, index: number, sha256: string): Tree =>
  grown(repeated(tree, zeros, index - tree.size), [sha256]);

async function read(ebs: EBSClient, walk: Walk, blocks: readonly Listed[]): Promise<Walk> {
  const hashes = await Promise.all(blocks.map((block) => hashOf(ebs, walk.id, block)));
  let { tree, next } = walk;
  for (const [at, { BlockIndex }] of blocks.entries()) {
    if (BlockIndex < next) throw new Error(`EBS lists block ${BlockIndex} after block ${next - 1}`);
    tree = behind(tree, BlockIndex, hashes[at] ?? '');
    next = BlockIndex + 1;
  }
  return { ...walk, tree, next, hashed: walk.hashed + blocks.length };
}

/** How far it came: to the end, or as far as there was time, or EBS had patience, for. */
export interface Came {
  readonly walk: Walk;
  readonly end: 'reached' | 'not reached';
}

/** Reads on from where it was, as long as `hasTime`. Throws what cannot be helped by coming again. */
export async function walkOn(ebs: EBSClient, from: Walk, hasTime: () => boolean): Promise<Came> {
  let walk = from;
  let renewed = -1;
  for (;;) {
    try {
      for await (const page of pagesOf(ebs, walk.id, walk.next, most)) {
        for (let at = 0; at < page.length; at += abreast) {
          if (!hasTime()) return { walk, end: 'not reached' };
          walk = await read(ebs, walk, page.slice(at, at + abreast));
        }
      }
      return { walk, end: 'reached' };
    } catch (error) {
      if (oneOfThree(error) instanceof Transient) return { walk, end: 'not reached' };
      // Listed anew they are good again; twice at the same block they are not.
      if (!isStale(error) || renewed === walk.next) throw error;
      renewed = walk.next;
    }
  }
}

/** The proof over a whole copy; without a root where EBS lists other blocks than it counted before. */
export function proofOf({ uri, blocks }: Copy, { hashed, tree }: Walk, written: number): BlockProof {
  const proof = { uri, blocks, written, hashed };
  if (hashed !== written)
    return {
      ...proof,
      root: null,
      because: `EBS listed ${written} blocks at first, and ${hashed} when they were read`,
    };
  if (tree.size > blocks)
    return { ...proof, root: null, because: `EBS lists a block behind the ${blocks} of its volume` };
  return { ...proof, root: rootOf(repeated(tree, zeros, blocks - tree.size)) };
}
