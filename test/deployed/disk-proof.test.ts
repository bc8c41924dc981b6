/** What copies of volumes hold: read block by block once the incident is closed, through short pages, throttling and copies that are not complete. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { blockSize, blocksOf } from '../../lib/domain/block-proof.ts';
import { emptyTree, grown, repeated, rootOf } from '../../lib/record/checkpoint/tree.ts';
import { page } from '../../lib/record/page/page.ts';
import { deployed } from './deployed.ts';
import { playDisk } from './proof/disk-course.ts';

const deployment = deployed();
const patience = 240_000;
const { accounts, post } = deployment.sandbox;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The root over a disk that the sandbox has written (test/sandbox/snapshot_blocks.py), as its owner would compute it. */
function rootOfDisk(volume: string, gibibytes: number, changed: Readonly<Record<number, string>> = {}): string {
  const last = blocksOf(gibibytes) - 1;
  const texts: Record<number, string> = Object.fromEntries(
    [0, 1, 2, 5, 4096, last].map((index) => [index, `${volume} block ${index}\n`]),
  );
  let tree = emptyTree;
  const zeros = sha256(Buffer.alloc(blockSize));
  for (const [index, text] of Object.entries({ ...texts, ...changed })) {
    const block = sha256(Buffer.alloc(blockSize, text));
    tree = grown(repeated(tree, zeros, Number(index) - tree.size), [block]);
  }
  return rootOf(repeated(tree, zeros, last + 1 - tree.size));
}

const disk = (id: string, more: object) => post('/_sandbox/disk', { account: accounts.member, id, ...more });

test(
  'a root of every copy is in its custody record, and is that of the disk; one that was tampered with has another',
  async () => {
    let [tampered = '']: readonly string[] = [];
    const { record, ended } = await playDisk(deployment, async (snapshots) => {
      [tampered = ''] = snapshots;
      const throttled = { action: 'ebs:GetSnapshotBlock', effect: 'throttle', times: 3 };
      await post('/_sandbox/faults', { rules: [throttled] });
      for (const id of snapshots) await disk(id, { status: 'pending' });
      await disk(tampered, { blocks: { 5: 'not what was there' } });
      // Complete only after people were told how it ended.
      setTimeout(() => snapshots.forEach((id) => void disk(id, { status: 'completed' })), 5000);
    });
    expect(ended).toMatchObject({ state: 'contained', trouble: [] });
    const copies = record.evidence.filter(({ kind }) => kind === 'volume-snapshot');
    expect(copies.length).toBeGreaterThan(1);
    for (const { uri, source = '', proof } of copies) {
      const volume = source.slice(source.lastIndexOf('/') + 1);
      const honest = rootOfDisk(volume, 8);
      const is = rootOfDisk(volume, 8, uri.endsWith(tampered) ? { 5: 'not what was there' } : {});
      expect(proof?.because).toBeUndefined();
      expect(proof).toMatchObject({ root: is, blocks: 16_384, written: 6, hashed: 6 });
      expect(is === honest).toBe(!uri.endsWith(tampered));
    }
    const shown = page(record, new Date().toISOString());
    expect(shown).toContain(`Merkle root ${copies[0]?.proof?.root} over 16,384 blocks of 512 KiB`);
    const order = record.timeline.map(({ what, kind }) => (kind === 'closed' ? 'closed' : what));
    const at = (words: string) => order.findIndex((what) => what.startsWith(words));
    expect(at('closed')).toBeLessThan(at(`prove-disk: GetSnapshotBlock takes ${6 * copies.length} requests`));
    expect(record.steps.find(({ step }) => step === 'prove-disk')).toMatchObject({ outcome: 'proved' });
  },
  patience,
);
