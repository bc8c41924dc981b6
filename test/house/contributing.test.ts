/** CONTRIBUTING.md, followed word for word in a copy: its example step and playbook are whole, and touch nothing else. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'tourniquet-copy-'));
afterAll(() => rmSync(copy, { recursive: true }));

/** The code blocks of the guide, each with the file its text names last before it. */
const blocks = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  .split('```ts\n')
  .map((part, index, parts) => ({
    file: [...(parts[index - 1] ?? '').matchAll(/`([\w/-]+\/(?:step|handler|playbook|index)\.ts)`/g)].at(-1)?.[1] ?? '',
    code: part.split('```')[0] ?? '',
  }))
  .slice(1);

beforeAll(() => {
  for (const part of [
    'bin',
    'lib',
    'lambdas',
    'playbooks',
    'test',
    'docs',
    'cdk.json',
    'package.json',
    'tsconfig.json',
    '.biome.json',
    '.gitignore',
  ]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  execFileSync('git', ['add', '.'], { cwd: copy });
  for (const { file, code } of blocks) {
    const path = join(copy, file);
    mkdirSync(dirname(path), { recursive: true });
    const whole = file.endsWith('index.ts')
      ? readFileSync(path, 'utf8').replace(/\n\];/, `\n${code.trimEnd()}\n];`)
      : code;
    writeFileSync(path, whole);
  }
});

/** Runs a program of the repository in the copy; what it says when it fails is the test's message. */
async function works(command: string, ...rest: string[]): Promise<void> {
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  await run(command, rest, { cwd: copy, env }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${command} ${rest.join(' ')}:\n${error.stdout}${error.stderr}`);
  });
}

test('the guide names a step, its handler, a playbook and the one line', () => {
  expect(blocks.map(({ file }) => file)).toEqual([
    'lambdas/ec2/tag-instance/step.ts',
    'lambdas/ec2/tag-instance/handler.ts',
    'playbooks/agent-report/playbook.ts',
    'playbooks/index.ts',
  ]);
});

test('what it says compiles, generates and synthesises', { timeout: 120_000 }, async () => {
  await works('node', 'test/house/generate.ts');
  await works('tsc', '-p', '.');
  await works('cdk', 'synth', '--quiet');
});

test('it touches one folder each, one line, and the generated catalogue', () => {
  const git = (...rest: string[]): string[] =>
    execFileSync('git', rest, { cwd: copy, encoding: 'utf8' }).split('\n').filter(Boolean);
  expect(git('diff', '--name-only')).toEqual(['playbooks/README.md', 'playbooks/index.ts']);
  const created = git('ls-files', '--others', '--exclude-standard', '--directory');
  expect(created).toEqual(['lambdas/ec2/tag-instance/', 'playbooks/agent-report/']);
  expect(git('diff', '--numstat', 'playbooks/index.ts').join()).toMatch(/^1\t0\t/);
});
