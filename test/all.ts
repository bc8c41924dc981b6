import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { optionsOf } from './options.ts';

const usage = `npm test [-- --quick]

Runs everything that must hold: types, lint, unit and contract tests, synthesis, and every scenario in the sandbox.

  --quick  leaves out the scenarios in the sandbox

Exit codes: 0 all of it holds, 1 something does not, 2 wrong usage.
Examples:
  npm test
  npm test -- --quick
`;

const { quick } = optionsOf(usage, { quick: { type: 'boolean' } });
const bin = join(import.meta.dirname, '../node_modules/.bin');
const config = ['--config', 'test/vitest.config.ts'];
const steps: [title: string, command: string, ...rest: string[]][] = [
  ['types', 'tsc', '-p', '.'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  // The contract suites wait for their gateways, and the rest meanwhile works.
  [
    'unit, contract, synthesis, generated files',
    'vitest',
    'run',
    ...config,
    '--project',
    'quick',
    '--project',
    'contract',
    '--maxWorkers',
    '2',
  ],
  ...(quick
    ? []
    : ([['scenarios in the sandbox', 'vitest', 'run', ...config, '--project', 'deployed']] as [
        string,
        string,
        ...string[],
      ][])),
];

for (const [title, command, ...rest] of steps) {
  const started = Date.now();
  process.stdout.write(`\n▶ ${title}\n`);
  const { status } = spawnSync(join(bin, command), rest, { stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${title}, ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  if (status !== 0) process.exit(1);
}
process.stdout.write('\nEverything holds. Next: npm run demo shows it at work.\n');
