import { optionsOf } from './options.ts';
import { lint, run, types, vitest } from './steps.ts';

const usage = `npm test [-- --quick]

Runs what must hold: types, lint, unit and contract tests, synthesis, and scenarios in the sandbox. Contracts, scenarios and most suites of
a deployment take turns: what is changed is played, and a twelfth of the rest, which the commit decides; of places where a function may die
one. npm run nightly plays all, the proof of permissions, and what takes a sandbox of its own for minutes.

  --quick  leaves out the scenarios in the sandbox

Exit codes: 0 all of it holds, 1 something does not, 2 wrong usage.
Examples:
  npm test
  npm test -- --quick
`;

const { quick } = optionsOf(usage, { quick: { type: 'boolean' } });
const projects = ['--project=quick', '--project=functions*', '--project=contract'];
const small = vitest('unit and contract tests, synthesis, generated files', [...projects, '--maxWorkers=2']);
const scenarios = vitest('scenarios in the sandbox', ['--project=deployed']);
const operation = vitest('operation in a sandbox beside it', ['--project=operated']);

// Scenarios wait for each other more than they work, and so does what people operate: side by side they leave little idle. The rest can use
// both processors by itself, so it comes last; what it takes from scenarios that are not over makes all of it longer.
process.exitCode = await run(
  [types, lint, ...(quick ? [] : [operation]), { ...small, gives: 'way' }],
  quick ? [] : [scenarios],
);
if (process.exitCode === 0) process.stdout.write('\nEverything holds. Next: npm run demo shows it at work.\n');
