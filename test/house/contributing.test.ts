/** CONTRIBUTING.md, followed word for word in a copy: what it adds is whole, ends green, and touches nothing but what it names. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'tourniquet-copy-'));
/** Milliseconds for copying the repository and taking the copy away, on a machine whose disk is busy. */
const copying = 60_000;
afterAll(() => rmSync(copy, { recursive: true }), copying);

/** The code blocks of the guide, each with the file its text names last before it. */
const blocks = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  .split('```ts\n')
  .map((part, index, parts) => ({
    file: [...(parts[index - 1] ?? '').matchAll(/`([\w-]+\/[\w./-]+\.ts)`/g)].at(-1)?.[1] ?? '',
    code: part.split('```')[0] ?? '',
  }))
  .slice(1);

/** What is for a file that is there goes to the end of its list, or to its place by the alphabet where that is how the list stands. */
function written(path: string, code: string): string {
  if (!existsSync(path)) return code;
  const text = readFileSync(path, 'utf8');
  const fileIn = (line: string): string => /^export .* from '(.*)'/.exec(line)?.[1] ?? '';
  const next = [...text.matchAll(/^export .* from .*$/gm)].find(
    ([line]) => fileIn(code) && fileIn(line) > fileIn(code),
  );
  const end = (next ?? /^[\]}];$/m.exec(text))?.index ?? text.length;
  return `${text.slice(0, end)}${code}${text.slice(end)}`;
}

beforeAll(() => {
  for (const part of [
    'bin',
    'lib',
    'lambdas',
    'playbooks',
    'test',
    'docs',
    'README.md',
    'cdk.json',
    'package.json',
    'tsconfig.json',
    '.biome.json',
    '.gitignore',
    // What is known of the types here holds for the copy too: only what the guide adds, and what that touches, is checked again.
    ...(existsSync(join(root, '.tsbuildinfo')) ? ['.tsbuildinfo'] : []),
  ]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  // What was fetched once need not be fetched again.
  for (const fetched of ['node_modules', '.sandbox']) {
    mkdirSync(join(root, fetched), { recursive: true });
    symlinkSync(join(root, fetched), join(copy, fetched));
  }
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  execFileSync('git', ['add', '.'], { cwd: copy });
  for (const { file, code } of blocks) {
    const path = join(copy, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, written(path, code));
  }
}, copying);

/** Runs a program of the repository in the copy and returns what it prints; what it says when it fails is the test's message. */
async function works(command: string, ...rest: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  const ran = run(command, rest, { cwd: copy, env, maxBuffer: 1 << 26 });
  const { stdout } = await ran.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${command} ${rest.join(' ')}:\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

test('the guide names a file for each block', () => {
  expect(blocks.map(({ file }) => file)).toEqual([
    'lambdas/ec2/tag-instance/step.ts',
    'lambdas/ec2/tag-instance/handler.ts',
    'lambdas/ec2/volume/target.ts',
    'lambdas/targets/every-kind.ts',
    'playbooks/agent-report/playbook.ts',
    'playbooks/index.ts',
    'lib/domain/clock/regimes/customer-contract.ts',
    'lib/domain/clock/every-regime.ts',
    'lib/domain/clock/cases.test.ts',
    'lib/domain/report/views/customer-contract.ts',
    'lib/domain/report/every-view.ts',
    'bin/verbs/regimes.ts',
    'bin/console/start.ts',
  ]);
});

test('what it says generates, compiles, is in order and synthesises', { timeout: 600_000 }, async () => {
  await works('node', 'test/house/generate.ts');
  await works('tsc', '-p', '.');
  // All the rest is as npm test has checked it before.
  await works('biome', 'check', '--error-on-warnings', ...new Set(blocks.map(({ file }) => file)));
  await works('cdk', 'synth', '--quiet');
});

/** The suites that walk over what there is: a list by hand in one of them would not know of what the guide adds. */
const walking = [
  'test/findings/routing.test.ts',
  'test/house/architecture.test.ts',
  'test/house/generated.test.ts',
  'test/house/registry.test.ts',
  'lambdas/targets/target.test.ts',
  'lib/domain/clock/regimes.test.ts',
  'lib/domain/clock/cases.test.ts',
  'lib/domain/report/regime-draft.test.ts',
];

test('it ends green where each list is walked', { timeout: 240_000 }, async () => {
  const one = ['--no-isolate', '--maxWorkers=1'];
  await works('vitest', 'run', '--config', 'test/vitest.config.ts', ...one, ...walking);
});

test('the verb stands in the help, and answers', async () => {
  expect(await works('node', 'bin/tourniquet.ts', '--help')).toMatch(/^ {2}regimes\b/m);
  expect(await works('node', 'bin/tourniquet.ts', 'regimes', '--json')).toContain('"name":"customer-contract"');
});

test('what a finding names so is opened as the new kind, held by one name, and called so', async () => {
  const asked = `
    import { wordsFor } from './bin/console/target-words.ts';
    import { targetOf } from './lambdas/incident/open-incident/first-sight.ts';
    import { Target, targetArn, targetKindOf } from './lambdas/targets/target.ts';
    import { claimsOf } from './lib/domain/finding/finding.ts';
    import { named } from './lib/domain/named.ts';
    const where = { account: '444455556666', region: 'eu-central-1' };
    const first = named('volume', 'vol-0123456789abcdef0', where);
    const finding = { source: 'guardduty', partition: 'aws', ...where, targets: [first], firstSeen: null, key: 'k', arn: '', type: 'T' };
    const target = Target.parse(targetOf(finding, '2026-11-29T10:00:00.000Z'));
    const arns = [targetArn(target), ...claimsOf(finding)];
    console.log(JSON.stringify([target.kind, targetKindOf(first), wordsFor(target.kind), ...arns]));
  `;
  const said = JSON.parse(await works('node', '--input-type=module', '--eval', asked));
  const arn = 'arn:aws:ec2:eu-central-1:444455556666:volume/vol-0123456789abcdef0';
  expect(said).toEqual(['volume', 'volume', 'EBS volume', arn, arn]);
});

test('it touches one folder or file each, one line, and what is generated', () => {
  const git = (...rest: string[]): string[] =>
    execFileSync('git', rest, { cwd: copy, encoding: 'utf8' }).split('\n').filter(Boolean);
  const created = git('ls-files', '--others', '--exclude-standard', '--directory');
  expect(created).toEqual([
    'bin/verbs/regimes.ts',
    'lambdas/ec2/tag-instance/',
    'lambdas/ec2/volume/',
    'lib/domain/clock/regimes/customer-contract.ts',
    'lib/domain/report/views/customer-contract.ts',
    'playbooks/agent-report/',
  ]);
  const changed = git('diff', '--numstat').map((line) => line.split('\t'));
  const lists = [
    'bin/console/start.ts',
    'lambdas/targets/every-kind.ts',
    'lib/domain/clock/every-regime.ts',
    'lib/domain/report/every-view.ts',
    'playbooks/index.ts',
  ];
  // A step's page names the playbooks that use it.
  const pages = /^lambdas\/.*\/README\.md$/;
  const others = [
    'docs/reports.md',
    'docs/tourniquet.schema.json',
    'lib/domain/clock/cases.test.ts',
    'playbooks/README.md',
  ];
  expect(changed.map(([, , path]) => path).filter((path) => !pages.test(path ?? ''))).toEqual(
    [...lists, ...others].toSorted(),
  );
  const oneLine = changed.filter(([, , path]) => lists.includes(path ?? ''));
  expect(oneLine.map(([added, removed]) => [added, removed])).toEqual(lists.map(() => ['1', '0']));
});
