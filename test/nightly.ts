import { tenth, turn } from './depth.ts';
import { long } from './long.ts';
import { optionsOf } from './options.ts';
import { run, type Step, vitest } from './steps.ts';

const usage = `npm run nightly [-- --tenth]

Plays all of what npm test plays a part of: every scenario, the proof of permissions, every contract and every place where a function may
die in it, properties with twenty times as many inputs made up at random, two bundles from two places, an artefact of 4 GiB through 512 MB of memory, this version deployed over the last one and back, a lost table restored,
a vault in an account of its own, what stays after it is destroyed, the guide followed word for word, timelines opened in the tools of the trade, every story of the demo, cfn-lint over every stack, and AWS's own Event Ruler over every rule.

  --tenth  a tenth of it, which the commit decides; of what is destroyed, and of the guide, a third; no stories

Exit codes: 0 all of it holds, 1 something does not, 2 wrong usage.
Examples:
  npm run nightly
  npm run nightly -- --tenth
`;

const { tenth: part } = optionsOf(usage, { tenth: { type: 'boolean' } });
const env = { TOURNIQUET_DEPTH: part ? 'tenth' : 'all' };
if (part) process.stdout.write(`Tenth ${tenth} of what npm test plays a part of: this commit's.\n`);

// Of all contracts in both: npm test plays a twelfth of them.
const crashes = part
  ? vitest('a tenth of the places where a function may die', ['--project=contract', '-t', 'killed after'], env)
  : vitest('every contract, and every place where a function may die', ['--project=contract'], env);
const properties = vitest(
  'outside validators, and properties with many more inputs',
  [
    '--project=quick',
    ...[
      'findings/robust',
      'findings/routing',
      'console/export',
      'house/cfn-lint',
      'house/bundle',
      'house/large-artefact',
      'timeline/validators',
    ].map((n) => `test/${n}.test.ts`),
  ],
  env,
);
const stories: Step = {
  title: 'every story of the demo',
  command: 'node',
  words: ['test/sandbox/demo.ts', '--playbook', 'all'],
};
const longOne = (one: (typeof long)[number]): Step =>
  'suite' in one
    ? vitest(one.title, ['--project=quick', one.suite], { TOURNIQUET_DEPTH: 'all' })
    : vitest(one.title, [`--project=${one.project}`], { TOURNIQUET_DEPTH: 'sample' });
const played = part ? long.filter(({ every }, at) => (turn + at) % every === 0) : long;
process.exitCode = await run([crashes, properties, ...played.map(longOne), ...(part ? [] : [stories])]);
