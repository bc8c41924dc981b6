import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PrintedEvent } from '../../lib/timeline/event.ts';
import { typed } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'tourniquet-timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'flows.log');
writeFileSync(
  file,
  '2 111122223333 eni-0a1b2c3d 198.51.100.7 10.0.0.5 443 51000 6 10 840 1763632800 1763632860 ACCEPT OK\n',
);

test.each([
  { words: ['timeline', file, '--json'] },
  { words: ['timeline', '--json', file] },
  { words: ['timeline', file, '--format', 'jsonl'] },
])('machines get one object a line, wherever they ask for it: $words', async ({ words }) => {
  const { code, stdout, stderr } = await typed(words);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => PrintedEvent.parse(JSON.parse(line)).action)).toEqual(['ACCEPT']);
  expect(JSON.parse(stderr.trimEnd())).toEqual({ read: 1, events: 1, merged: 0, unreadable: 0 });
});

test('people get a table, and what comes next', async () => {
  const { stdout } = await typed(['timeline', file]);
  expect(stdout).toMatch(/ACCEPT.*198\.51\.100\.7[\s\S]*1 events?, times in UTC/);
});
