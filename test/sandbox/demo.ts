import { styleText } from 'node:util';
import { optionsOf, wrongUsage } from '../options.ts';
import { startDeployment } from './deployment.ts';
import type { Story } from './judgement.ts';
import { type StoryName, scenes } from './scenes.ts';
import { type Stage, tell } from './story.ts';
import { summary } from './summary.ts';

const names = Object.keys(scenes) as StoryName[];
const [usual] = names;

const usage = `npm run demo -- [--json] [--interactive] [--playbook NAME]

Starts a local AWS, deploys Tourniquet into it, lets a thief in, and shows the response from finding to release.
Nothing leaves this machine.

  --json         one JSON object on standard output, nothing else
  --interactive  you click the Slack buttons yourself, in the browser
  --playbook     which story to tell: ${names.join(', ')}; left out: the first

Exit codes: 0 all of it was read back, 1 something was not as promised, 2 wrong usage.
Examples:
  npm run demo
  npm run demo -- --playbook iam-access-key
  npm run -s demo -- --json | jq .seconds
`;

const {
  json = false,
  interactive = false,
  playbook = usual,
} = optionsOf(usage, {
  json: { type: 'boolean' },
  interactive: { type: 'boolean' },
  playbook: { type: 'string' },
});
const story = names.find((name) => name === playbook);
if (!story) wrongUsage(`There is no story for "${playbook}"; there are: ${names.join(', ')}.`, usage);

const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stage: Stage = {
  interactive,
  chapter: (title) => say(`\n${bold(title)}`),
  line: (text, secondsIn) =>
    say(secondsIn === undefined ? `  ${text}` : `  ${dim(`${secondsIn.toFixed(2).padStart(6)} s`)}  ${text}`),
};

async function run(name: StoryName): Promise<Story> {
  stage.chapter('Starting a local AWS and deploying the app with the CDK command line');
  const deployment = await startDeployment((line) => stage.line(line));
  try {
    stage.line(`deployed in ${deployment.seconds.toFixed(1)} s; Slack stands in at ${deployment.slack.url}`);
    return await tell(deployment, name, stage);
  } finally {
    await deployment.stop();
  }
}

try {
  const told = await run(story);
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : summary(told));
  process.exitCode = told.ok ? 0 : 1;
} catch (error) {
  say(`\n${(error as Error).stack}`);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: (error as Error).message })}\n`);
  process.exitCode = 1;
}
