import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1: leaves and nodes are hashed with different first bytes, so that no node can be shown as a leaf.
 * A tree that only grows is known by its full subtrees alone: whatever lies in them is folded, and never read again.
 */
const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const [leafPrefix, nodePrefix] = [Uint8Array.of(0), Uint8Array.of(1)];

/** Hash of a leaf, in hex: of the UTF-8 of its line, without the line end. */
export const leafHash = (line: string): string => sha256(leafPrefix, line);

const nodeHash = (left: string, right: string): string =>
  sha256(nodePrefix, Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));

/** A tree: how many leaves it has, and the roots (hex) of its full subtrees, the largest first. One for each bit that is set in `size`. */
export interface Tree {
  readonly size: number;
  readonly peaks: readonly string[];
}

export const emptyTree: Tree = { size: 0, peaks: [] };

/** Appends a leaf, or a full subtree of so many levels to a tree that ends with a full one: every two full subtrees of the same size become one. */
function appended({ size, peaks }: Tree, root: string, level = 0): Tree {
  let [last, before] = [root, peaks];
  for (let count = Math.floor(size / 2 ** level); count % 2 === 1; count = Math.floor(count / 2)) {
    last = nodeHash(before.at(-1) ?? '', last);
    before = before.slice(0, -1);
  }
  return { size: size + 2 ** level, peaks: [...before, last] };
}

/** The tree with the same line as so many further leaves: a subtree of equal leaves is hashed once, however often it comes. */
export function repeated(tree: Tree, line: string, count: number): Tree {
  const full = [leafHash(line)];
  let grownSoFar = tree;
  for (let left = count; left > 0; ) {
    let level = 0;
    while (grownSoFar.size % 2 ** (level + 1) === 0 && 2 ** (level + 1) <= left) level++;
    for (let at = full.length; at <= level; at++) full.push(nodeHash(full[at - 1] ?? '', full[at - 1] ?? ''));
    grownSoFar = appended(grownSoFar, full[level] ?? '', level);
    left -= 2 ** level;
  }
  return grownSoFar;
}

/** The tree with these lines as further leaves. Takes as long as there are lines, however many leaves there are already. */
export const grown = (tree: Tree, lines: readonly string[]): Tree =>
  lines.map(leafHash).reduce((larger, leaf) => appended(larger, leaf), tree);

/** The Merkle tree hash, in hex; of no leaf, the hash of nothing. */
export const rootOf = ({ peaks }: Tree): string =>
  peaks.length === 0 ? sha256() : peaks.reduceRight((right, left) => nodeHash(left, right));

/** Whether peaks can be those of a tree of this size. */
export const isTree = ({ size, peaks }: Tree): boolean =>
  peaks.length === [...size.toString(2)].filter((bit) => bit === '1').length;
