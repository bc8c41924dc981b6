import { optionsOf } from './options.ts';
import { lint, run, types, vitest } from './steps.ts';

const usage = `npm run check

What is seen in seconds: types, lint and format, and that the house is in order (rooms, budgets, registry, generated files).

Exit codes: 0 all of it holds, 1 something does not, 2 wrong usage.
Examples:
  npm run check
  npm test
`;

optionsOf(usage, {});
// One process reads the sources once for all of them.
const house = ['architecture', 'budgets', 'registry', 'generated', 'words'].map((name) => `test/house/${name}.test.ts`);
process.exitCode = await run(
  [types],
  [lint],
  [vitest('the house', ['--project=quick', '--maxWorkers=1', '--no-isolate', ...house])],
);
