import { styleText } from 'node:util';
import { optionsOf, wrongUsage } from '../options.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type StoryName, stories } from './stories.ts';
import { type Stage, tell } from './story.ts';
import { summary } from './summary.ts';

const names = Object.keys(stories) as StoryName[];
const [usual = 'ec2-instance-compromise'] = names;

const usage = `npm run demo -- [--json] [--interactive] [--playbook NAME]

Starts a local AWS, deploys Tourniquet into it, lets a thief in, and shows the response from finding to release.
Nothing leaves this machine.

  --json         one JSON object a story on standard output, each on a line, nothing else
  --interactive  you click the Slack buttons yourself, in the browser
  --playbook     which story to tell; several with commas between them, or all; left out: the first
${names.map((name) => `                 ${name}`).join('\n')}

Exit codes: 0 all of it was read back, 1 something was not as promised, 2 wrong usage.
Examples:
  npm run demo
  npm run demo -- --playbook iam-access-key
  npm run demo -- --playbook lambda-function,rds-database
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
const wanted = playbook === 'all' ? names : playbook.split(',');
const unknown = wanted.find((one) => !names.some((name) => name === one));
if (unknown !== undefined) wrongUsage(`There is no story for "${unknown}"; there are: ${names.join(', ')}.`, usage);
const told = names.filter((name) => wanted.includes(name));

const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stage: Stage = {
  interactive,
  chapter: (title) => say(`\n${bold(title)}`),
  line: (text, secondsIn) =>
    say(secondsIn === undefined ? `  ${text}` : `  ${dim(`${secondsIn.toFixed(2).padStart(6)} s`)}  ${text}`),
};

const show = (story: object, text: string): void =>
  void process.stdout.write(json ? `${JSON.stringify(story)}\n` : text);

/** Tells one, and goes on with the next where it breaks off; says whether all of it was read back. */
async function one(deployment: Deployment, name: StoryName): Promise<boolean> {
  try {
    if (told.length > 1) stage.chapter(`The story of ${name}`);
    const story = await tell(deployment, name, stage);
    show(story, summary(story));
    return story.ok;
  } catch (error) {
    const { stack, message } = error as Error;
    say(`\n${stack}`);
    show({ ok: false, playbook: name, error: message }, '');
    return false;
  }
}

async function run(): Promise<boolean> {
  stage.chapter('Starting a local AWS and deploying the app with the CDK command line');
  const deployment = await startDeployment((line) => stage.line(line));
  try {
    stage.line(`deployed in ${deployment.seconds.toFixed(1)} s; Slack stands in at ${deployment.slack.url}`);
    const broken: StoryName[] = [];
    for (const name of told) if (!(await one(deployment, name))) broken.push(name);
    if (told.length > 1)
      say(`\n${told.length - broken.length} of ${told.length} stories as promised. ${broken.join(', ')}`);
    return broken.length === 0;
  } finally {
    await deployment.stop();
  }
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  say(`\n${(error as Error).stack}`);
  show({ ok: false, error: (error as Error).message }, '');
  process.exitCode = 1;
}
