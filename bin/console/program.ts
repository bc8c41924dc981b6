import { Command, CommanderError } from 'commander';
import { harmless } from './paint.ts';
import { explain } from './trouble.ts';
import { type Answer, exitCodes, type Invocation, prefix, type Verb } from './verb.ts';

const examplesOf = (examples: readonly string[]): string =>
  ['', 'Exit codes: 0 done, 1 it failed, 2 wrong usage or unreadable input', '', 'Examples:']
    .concat(examples.map((example) => `  ${prefix} ${example}`))
    .concat('')
    .join('\n');

const json = ['--json', 'print JSON: one object, or one per line where there are several'] as const;

type Perform = (verb: Verb, typed: Pick<Invocation, 'operands' | 'options'>) => Promise<void>;

function add(program: Command, verb: Verb, perform: Perform): void {
  const command = program
    .command(verb.name)
    .summary(verb.summary)
    .description(`${sentence(verb.summary)}.`);
  for (const operand of verb.operands) command.addArgument(operand);
  for (const option of verb.options) command.addOption(option);
  command
    .option(...json)
    .addHelpText('after', examplesOf(verb.examples))
    .action(() => {
      const { json: _, ...options } = command.opts<Record<string, string>>();
      return perform(verb, { operands: command.args, options });
    });
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function programOf(verbs: readonly Verb[], perform: Perform): Command {
  const program = new Command('tourniquet')
    .description(
      'The operator’s command line of Tourniquet. It finds the deployment by the AWS environment (profile, Region).',
    )
    .option(...json)
    .exitOverride()
    // With operands the names would leave the summaries too little of 80 columns to be wrapped.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    // Errors are printed in one place, ours, and help that was not asked for is one.
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', examplesOf(['incidents', 'incident inc-0123456789ab --json']));
  for (const verb of verbs) add(program, verb, perform);
  return program;
}

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

function printFor({ text, next, form }: Answer): void {
  if (text === '') return;
  const advice = `Next: ${prefix} ${next}`;
  print(`${text}\n${form === 'script' ? `# ${advice}` : `\n${advice}`}`);
}

/** JSON escapes only what is below a space: machines are read by people too, and these steer terminals or turn text around. */
const steering = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (json: string): string =>
  json.replace(steering, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const printJson = ({ data }: Answer): void => {
  for (const line of Array.isArray(data) ? data : [data]) print(escaped(JSON.stringify(line)));
};

/** What is wrong with the words typed, in commander's own words and with its nearest guess. */
function misuse({ code, message }: CommanderError): string {
  if (code === 'commander.help') return `Which verb? \`${prefix} --help\` lists them.`;
  return message.replace(/^error: /, '').replace(/\n/g, ' ');
}

/** Commander answers `--help` before it looks at the verb. A word that is not a verb has no help, so it is refused as without the flag. */
function withHelpForVerbsOnly(verbs: readonly Verb[], words: readonly string[]): string[] {
  const verb = words.find((word) => !word.startsWith('-'));
  const known = verb === undefined || verb === 'help' || verbs.some(({ name }) => name === verb);
  return words.filter((word) => known || (word !== '--help' && word !== '-h'));
}

/** Runs one command line and returns its exit code. */
export async function run(verbs: readonly Verb[], words: readonly string[]): Promise<number> {
  const machine = words.includes('--json');
  const fail = (message: string, code: number): number => {
    if (machine) print(JSON.stringify({ error: message }));
    console.error(`tourniquet: ${message}`);
    return code;
  };
  let ended: number = exitCodes.done;
  const program = programOf(verbs, async (verb, typed) => {
    // Commander gives the flag to the program or to the verb, by where it stands.
    const answer = await verb.run({ ...typed, verbs, reader: machine ? 'machine' : 'person' });
    (machine ? printJson : printFor)(answer);
    if (answer.failed) {
      console.error(`tourniquet: ${harmless(answer.failed)}`);
      ended = exitCodes.failed;
    }
    for (const failure of answer.failures ?? []) {
      console.error(`tourniquet: ${failure}`);
      ended = exitCodes.misused;
    }
    if (answer.sum) console.error(JSON.stringify(answer.sum));
  });
  try {
    await program.parseAsync(withHelpForVerbsOnly(verbs, words), { from: 'user' });
    return ended;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(explain(error), exitCodes.failed);
    return error.exitCode === 0 ? exitCodes.done : fail(misuse(error), exitCodes.misused);
  }
}
