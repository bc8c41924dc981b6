/** `verify --checkpoints` with files alone: what an auditor has, without AWS. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../lib/record/checkpoint/checkpoint.ts';
import type { CheckpointVerdict } from '../../lib/record/checkpoint/verdict.ts';
import type { Files } from '../../lib/record/export/files.ts';
import { pack } from '../../lib/record/export/tar.ts';
import { type Sealed, seal } from '../fixtures/checkpoints.ts';
import { chained, entries, exportOf, incident, itemsOf, newPair, openedAt } from './export/record.ts';
import { typed } from './typed.ts';

const root = join(import.meta.dirname, '..', '..');
const ours = newPair();
const work = mkdtempSync(join(tmpdir(), 'tourniquet-checkpoints-'));
afterAll(() => rmSync(work, { recursive: true }));

const hashes = chained(entries).map(({ hash }) => String(hash));
const headAt = (count: number) => ({ incident, entries: count, hash: hashes[count - 1] ?? '', opened: openedAt });
const other = { incident: 'inc-ba9876543210', entries: 4, hash: 'e'.repeat(64), opened: openedAt };

/** The incident was opened on the 22nd; the first checkpoint is older, the next two cover it. */
const [before, second, third] = ((): [Sealed, Sealed, Sealed] => {
  const first = seal({ tip: null, at: '2026-11-21T04:17:00.000Z', heads: [], fresh: 0, apart: 0, removals: [] }, ours);
  const next = seal(
    { tip: first.tip, at: '2026-11-22T03:07:30.000Z', heads: [headAt(8), other], fresh: 2, apart: 0, removals: [] },
    ours,
  );
  return [
    first,
    next,
    seal({ tip: next.tip, at: '2026-11-23T04:17:00.000Z', heads: [headAt(9)], fresh: 0, apart: 0, removals: [] }, ours),
  ];
})();

function folderOf(name: string, sealed: readonly Sealed[]): string {
  const path = join(work, name);
  mkdirSync(path);
  for (const { files, tip } of sealed)
    writeFileSync(
      join(path, keyOf(tip.number).replace('checkpoints/', '')),
      pack(`checkpoint-${tip.number}`, files, tip.at),
    );
  return path;
}

function exported(name: string, files: Files): string {
  const path = join(work, name);
  writeFileSync(path, pack(incident, files, '2026-11-23T00:00:00.000Z'));
  return path;
}

const folder = folderOf('checkpoints', [before, second, third]);
const whole = exported('whole.tar', exportOf(itemsOf(entries), ours));

async function verify(...words: string[]): Promise<{ code: unknown; stderr: string; verdict: CheckpointVerdict }> {
  const { code, stdout, stderr } = await typed(['verify', ...words, '--json']);
  return { code, stderr, verdict: JSON.parse(stdout) as CheckpointVerdict };
}

describe('verify --checkpoints, offline', { timeout: 60_000 }, () => {
  test('holds, says how far, and with which key', async () => {
    const { code, verdict } = await verify(whole, '--checkpoints', folder, '--key', ours.fingerprint);
    expect(code).toBe(0);
    expect(verdict).toMatchObject({
      ok: true,
      checkpoints: 3,
      incidents: 2,
      size: 3,
      ledgers: 1,
      key: ours.fingerprint,
    });
    const { stdout } = await typed(['verify', whole, '--checkpoints', folder]);
    expect(stdout).toContain('3 checkpoints hold');
    expect(stdout).toContain('none was removed, shortened, changed or backdated');
    expect(stdout).toContain('Compare it with the fingerprint');
  });

  test('finds an export that was sealed anew without its last entries, or with another, or earlier', async () => {
    const cut = exported('cut.tar', exportOf(itemsOf(entries.slice(0, 8)), ours));
    const short = await verify(cut, '--checkpoints', folder);
    expect(short.code).toBe(1);
    expect(short.verdict.faults).toMatchObject([{ kind: 'shortened', incident, checkpoint: 3 }]);
    expect(short.stderr).toContain(`${incident} has 8 entries, and checkpoint 3`);

    const changed = entries.map((entry, index) => (index === 4 ? { ...entry, actor: 'Leo' } : entry));
    const forged = await verify(exported('changed.tar', exportOf(itemsOf(changed), ours)), '--checkpoints', folder);
    expect(forged.verdict.faults).toMatchObject([{ kind: 'rewritten', incident, checkpoint: 2 }]);

    const earlier = entries.map((entry) => ({ ...entry, at: entry.at.replace('2026-11-22', '2026-11-20') }));
    const backdated = await verify(exported('earlier.tar', exportOf(itemsOf(earlier), ours)), '--checkpoints', folder);
    expect(backdated.verdict.faults.map(({ kind }) => kind)).toEqual(['rewritten', 'backdated']);
  });

  test('finds a checkpoint that is gone or damaged, and people read it as a list', async () => {
    const gone = await typed(['verify', '--checkpoints', folderOf('gone', [before, third])]);
    expect(gone).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Checkpoint 2 (checkpoints/000002.tar) is missing'),
    });
    expect(gone.stdout).toContain('- removed: Checkpoint 2');
    const damaged = folderOf('damaged', [before, second]);
    writeFileSync(join(damaged, '000003.tar'), 'what is this');
    const { code, verdict } = await verify('--checkpoints', damaged);
    expect([code, verdict.faults.map(({ kind, checkpoint }) => [kind, checkpoint])]).toEqual([1, [['damaged', 3]]]);
  });

  test.for([
    [['verify', '--checkpoints', '/nonexistent'], '/nonexistent is not a folder with checkpoints'],
    [['verify', '/nonexistent/a.tar', '--checkpoints', folder], '/nonexistent/a.tar does not exist'],
    [['verify', whole, whole], 'several exports need --checkpoints'],
    [['export', '--to', work], "missing required argument 'incident'"],
  ] as const)('%j is wrong usage', async ([words, said]) => {
    const { code, stderr } = await typed(words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe('an auditor without our software', () => {
  const page = readFileSync(join(root, 'docs', 'checkpoints.md'), 'utf8');
  const blocks = (language: string): string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
  const unpacked = (name: string, sealed: readonly Sealed[]): string => {
    const path = folderOf(name, sealed);
    for (const { tip } of sealed)
      execFileSync('tar', ['-xf', keyOf(tip.number).replace('checkpoints/', '')], { cwd: path });
    return path;
  };

  test('checks the signature with the commands of the page', () => {
    const [shell = ''] = blocks('sh').filter((code) => code.includes('openssl'));
    const path = join(unpacked('signed', [before, second]), 'checkpoint-2');
    expect(String(execFileSync('sh', ['-ec', shell], { cwd: path }))).toContain('Verified OK');
  });

  test('computes the chain and every root with the program of the page', () => {
    const [program = ''] = blocks('python');
    const run = (path: string): string =>
      String(execFileSync('python3', ['-c', program], { cwd: path, stdio: 'pipe' }));
    expect(run(unpacked('rooted', [before, second, third]))).toContain('3 checkpoints, 3 heads');
    const forged = seal(
      {
        tip: { ...second.tip, peaks: ['a'.repeat(64)] },
        at: third.tip.at,
        heads: [],
        fresh: 0,
        apart: 0,
        removals: [],
      },
      ours,
    );
    expect(() => run(unpacked('forged', [before, second, forged]))).toThrow(/checkpoint-3/);
    expect(() => run(unpacked('holed', [before, third]))).toThrow(/checkpoint-3/);
  });
});
