import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { typed } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'tourniquet-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One range of two pages, as AVML writes it. */
const dump = Buffer.alloc(32 + 8192, 'x');
dump.write('EMiL\x01\0\0\0', 'latin1');
for (const [at, value] of [0x1000n, 0x2fffn, 0n].entries()) dump.writeBigUInt64LE(value, 8 + 8 * at);

function at(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('a whole dump of memory is told, with its hash', async () => {
  const { code, stdout } = await typed(['memory', at('whole.lime', dump), '--json']);
  const sha256 = createHash('sha256').update(dump).digest('hex');
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, kind: 'whole', ranges: 1, bytes: 8192, sha256 });
});

test('one that was cut short is no success, and neither is one in a format that tools do not read', async () => {
  const cut = await typed(['memory', at('cut.lime', dump.subarray(0, 5000))]);
  expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('no whole dump of memory') });
  expect(cut.stdout).toMatch(/CUT SHORT\n\n.*of which the last 3,224 bytes are missing/);
  const compressed = Buffer.from(dump);
  compressed.write('AVML\x02', 'latin1');
  const { code, stdout } = await typed(['memory', at('compressed.lime', compressed)]);
  expect([code, stdout]).toEqual([1, expect.stringContaining('avml-convert')]);
});

test('what is not there is wrong usage', async () => {
  expect(await typed(['memory', join(folder, 'nothing')])).toMatchObject({ code: 2 });
});
