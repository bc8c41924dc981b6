import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { dearestOf } from './dearest.ts';
import { notInstalled } from './installed.ts';

const root = join(import.meta.dirname, '..');

/** A command of node_modules/.bin. */
export interface Step {
  readonly title: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Works with what processor time another lane leaves: that one waits often, and is to go on at once when it need not. */
  readonly gives?: 'way';
}

/** A quarter of a processor that another process wants too. */
const nicer = 5;

export const types: Step = { title: 'types', command: 'tsc', words: ['-p', '.'] };
export const lint: Step = { title: 'lint and format', command: 'biome', words: ['check', '--error-on-warnings', '.'] };

/** Vitest's run of some projects or suites: as deep as `npm test` goes, where `env` does not say otherwise. */
export const vitest = (title: string, words: readonly string[], env = {}): Step => ({
  title,
  command: 'vitest',
  words: ['run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=test/dearest.ts', ...words],
  env: { TOURNIQUET_DEPTH: 'turn', ...env },
});

/** What node has compiled is there for the next process: hundreds start, most with the same modules. */
const compiled = join(root, 'node_modules/.cache/compiled');

/** Runs a step, which prints to our own output as it goes, or into a pipe, from which it is all printed in the end. */
function ended(
  { title, command, words, env, gives }: Step,
  prints: 'inherit' | 'pipe',
  suites: string,
): Promise<number> {
  const started = Date.now();
  const child = spawn(join(root, 'node_modules/.bin', command), words, {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, TOURNIQUET_SUITES: suites, ...env },
    stdio: ['ignore', prints, prints],
  });
  if (gives && child.pid) setPriority(child.pid, getPriority() + nicer);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => said.push(text));
  const begins = `\n▶ ${title}\n`;
  if (prints === 'inherit') process.stdout.write(begins);
  else said.push(begins);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const ends = `${code === 0 ? '✓' : '✗'} ${title}, ${((Date.now() - started) / 1000).toFixed(1)} s\n`;
      process.stdout.write([...said, ends].join(''));
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs lanes side by side, the steps of each one after another, and prints the dearest suites of all. The first lane prints as it goes.
 * A lane ends with its first step that fails; the others go on. Answers the exit code.
 */
export async function run(...lanes: readonly (readonly Step[])[]): Promise<number> {
  const missing = notInstalled(root);
  if (missing.length > 0) {
    process.stdout.write(`Not installed: ${missing.join(', ')}. Run npm install, then this again.\n`);
    return 1;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-suites-'));
  const suites = join(scratch, 'suites.jsonl');
  const codes = lanes.map(async (steps, lane) => {
    for (const step of steps) if ((await ended(step, lane === 0 ? 'inherit' : 'pipe', suites)) !== 0) return 1;
    return 0;
  });
  const worst = Math.max(...(await Promise.all(codes)));
  process.stdout.write(dearestOf(suites));
  rmSync(scratch, { recursive: true });
  return worst;
}
