import { styleText } from 'node:util';
import { optionsOf, wrongUsage } from '../options.ts';
import { startDeployment } from './deployment.ts';
import { type Stage, type Story, tell } from './story.ts';
import { summary } from './summary.ts';

const usage = `npm run demo -- [--json] [--interactive] [--playbook NAME]

Starts a local AWS, deploys Tourniquet into it, lets an instance be compromised, and shows the response from finding to release.
Nothing leaves this machine.

  --json         one JSON object on standard output, nothing else
  --interactive  you click the Slack buttons yourself, in the browser
  --playbook     which story to tell; today: ec2-instance-compromise

Exit codes: 0 all of it was read back, 1 something was not as promised, 2 wrong usage.
Examples:
  npm run demo
  npm run -s demo -- --json | jq .seconds
`;

const playbooks = ['ec2-instance-compromise'];

const {
  json = false,
  interactive = false,
  playbook,
} = optionsOf(usage, {
  json: { type: 'boolean' },
  interactive: { type: 'boolean' },
  playbook: { type: 'string', default: 'ec2-instance-compromise' },
});
if (!playbooks.includes(playbook)) {
  wrongUsage(`There is no story for "${playbook}"; there is: ${playbooks.join(', ')}.`, usage);
}

const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stage: Stage = {
  interactive,
  chapter: (title) => say(`\n${bold(title)}`),
  line: (text, secondsIn) =>
    say(secondsIn === undefined ? `  ${text}` : `  ${dim(`${secondsIn.toFixed(2).padStart(6)} s`)}  ${text}`),
};

async function run(): Promise<Story> {
  stage.chapter('Starting a local AWS and deploying the app with the CDK command line');
  const deployment = await startDeployment((line) => stage.line(line));
  try {
    stage.line(`deployed in ${deployment.seconds.toFixed(1)} s; Slack stands in at ${deployment.slack.url}`);
    return await tell(deployment, stage);
  } finally {
    await deployment.stop();
  }
}

try {
  const story = await run();
  process.stdout.write(json ? `${JSON.stringify(story)}\n` : summary(story));
  process.exitCode = story.ok ? 0 : 1;
} catch (error) {
  say(`\n${(error as Error).stack}`);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: (error as Error).message })}\n`);
  process.exitCode = 1;
}
