import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blockSize } from '../../lib/domain/block-proof.ts';
import { disksFrom } from './disk-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'disk-root-'));

/** The script that docs/record.md gives to whoever has nothing of ours. */
const [, script = ''] =
  /```python\n(.*?)```/s.exec(readFileSync(join(import.meta.dirname, '../../docs/record.md'), 'utf8')) ?? [];

test.each([1, 2, 7, 16, 21])('the root of a disk of %i blocks is what the script prints', async (blocks) => {
  const path = join(folder, `${blocks}.img`);
  writeFileSync(path, Buffer.alloc(blockSize, 'first'));
  truncateSync(path, blocks * blockSize);
  const [disk] = (await disksFrom([`snap-0abc=${path}`])).values();
  expect(disk).toEqual({ blocks, root: execFileSync('python3', ['-c', script, path]).toString().trim() });
});

test('what is no pair of snapshot and file is told', async () => {
  await expect(disksFrom(['/dev/nvme1n1'])).rejects.toThrow('should look like snap-0abc=FILE');
  await expect(disksFrom(['snap-0abc=/nowhere'])).rejects.toThrow('does not exist');
});
