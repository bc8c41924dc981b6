import { parseArgs, styleText } from 'node:util';
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

function wrongUsage(message: string): never {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        interactive: { type: 'boolean', default: false },
        playbook: { type: 'string', default: 'ec2-instance-compromise' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return wrongUsage((error as Error).message);
  }
}

const { json, interactive, playbook, help } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (!playbooks.includes(playbook))
  wrongUsage(`There is no story for "${playbook}"; there is: ${playbooks.join(', ')}.`);

const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stage: Stage = {
  interactive,
  chapter: (title) => say(`\n${bold(title)}`),
  line: (text, secondsIn) =>
    say(secondsIn === undefined ? `  ${text}` : `  ${dim(`${secondsIn.toFixed(2).padStart(6)} s`)}  ${text}`),
};

stage.chapter('Starting a local AWS and deploying the app with the CDK command line');
const deployment = await startDeployment((line) => stage.line(line));
let story: Story;
try {
  stage.line(`deployed in ${deployment.seconds.toFixed(1)} s; Slack stands in at ${deployment.slack.url}`);
  story = await tell(deployment, stage);
} finally {
  await deployment.stop();
}
process.stdout.write(json ? `${JSON.stringify(story)}\n` : summary(story));
process.exitCode = story.ok ? 0 : 1;
