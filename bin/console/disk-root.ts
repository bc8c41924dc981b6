import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { blockSize } from '../../lib/domain/block-proof.ts';
import { emptyTree, grown, rootOf } from '../../lib/record/checkpoint/tree.ts';

/** The whole of what is at a path: its Merkle root, and how many blocks it has. */
export interface DiskRoot {
  readonly root: string;
  readonly blocks: number;
}

/** Of a raw image, or of a device that a volume made from the snapshot is attached as. */
async function rootAt(path: string): Promise<DiskRoot> {
  const file = await open(path).catch(() => {
    throw new InvalidArgumentError(`${path} does not exist or cannot be read.`);
  });
  try {
    const block = Buffer.alloc(blockSize);
    let tree = emptyTree;
    for (;;) {
      let filled = 0;
      for (let read = 1; read > 0 && filled < blockSize; filled += read)
        ({ bytesRead: read } = await file.read(block, filled, blockSize - filled, null));
      if (filled === 0) return { root: rootOf(tree), blocks: tree.size };
      // What is left of an image that was cut is a block of its own, which no whole disk has.
      tree = grown(tree, [createHash('sha256').update(block.subarray(0, filled)).digest('hex')]);
    }
  } finally {
    await file.close();
  }
}

/** `snap-0abc=/dev/nvme1n1`, read whole. */
export async function disksFrom(typed: readonly string[]): Promise<Map<string, DiskRoot>> {
  const disks = new Map<string, DiskRoot>();
  for (const one of typed) {
    const [, snapshot = '', path = ''] = /^(snap-[0-9a-f]+)=(.+)$/.exec(one) ?? [];
    if (!snapshot) throw new InvalidArgumentError(`${one} should look like snap-0abc=FILE`);
    disks.set(snapshot, await rootAt(path));
  }
  return disks;
}
