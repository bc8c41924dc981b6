import { Argument, InvalidArgumentError } from 'commander';
import { readingLetters, redrivingLetters } from '../console/calls.ts';
import type { Redriving } from '../console/dead-letters.ts';
import type { Letter } from '../console/letter.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

const counted = (count: number): string => `${count} ${count === 1 ? 'letter' : 'letters'}`;

/** Lines of a letter, for people. */
async function linesOf({ id, since, from, what, why, redrive }: Letter, outcome?: string): Promise<string> {
  const { heading, when } = await import('../console/paint.ts');
  const again = 'to' in redrive ? `can be sent again, to ${redrive.to}` : `cannot be sent again: ${redrive.cannot}`;
  return [
    `${heading(id)} since ${when(since)}`,
    `  from  ${from}`,
    `  what  ${what}`,
    `  why   ${why}`,
    `  ${outcome ?? again}`,
  ].join('\n');
}

/** Each has a queue of its own, in its account and Region; an event cannot be put onto a bus again but by its service. */
const ofForwarders =
  'What a forwarder could not deliver lies in its account and Region: doctor --only forwarder-delivers counts it, and has the command that lists it.';

async function list(stack: string): Promise<Answer> {
  const { findDeployment } = await import('../console/deployment.ts');
  const { listLetters, most } = await import('../console/dead-letters.ts');
  const { harmless } = await import('../console/paint.ts');
  const { output } = await findDeployment(stack);
  const letters = await listLetters(output('DeadLettersArn'));
  if (letters.length === 0)
    return { data: [], text: `The hub lost nothing: there are no dead letters. ${ofForwarders}`, next: 'doctor' };
  const shown = await Promise.all(harmless(letters).map((letter) => linesOf(letter)));
  const bound = letters.length >= most ? ` These are the first ${most}: there may be more.` : '';
  const about = `${counted(letters.length)}; SQS deletes each 14 days after it was sent there.${bound} ${ofForwarders}`;
  const again = letters.some(({ redrive }) => 'to' in redrive);
  return {
    data: letters,
    text: [...shown, about].join('\n\n'),
    next: again ? 'dead-letters redrive' : 'doctor --only dead-letters',
  };
}

const outcomeOf = ({ outcome, because, redrive }: Redriving): string => {
  const to = 'to' in redrive ? ` to ${redrive.to}` : '';
  if (outcome === 'sent') return `sent again${to}, and deleted`;
  if (outcome === 'not sent') return `not sent; the letter remains: ${because}`;
  return `sent again${to}; the letter remains, and may be sent twice without harm: ${because}`;
};

async function redrive(name: string, ids: readonly string[]): Promise<Answer> {
  const { findDeployment } = await import('../console/deployment.ts');
  const { redriveLetters } = await import('../console/dead-letters.ts');
  const { harmless } = await import('../console/paint.ts');
  const { output } = await findDeployment(name);
  const { done, missing } = await redriveLetters({ name, arn: output('DeadLettersArn') }, ids);
  const shown = await Promise.all(harmless(done).map((one) => linesOf(one, outcomeOf(one))));
  const sent = done.filter(({ outcome }) => outcome !== 'not sent').length;
  const about = `${counted(sent)} sent again. What fails once more is a letter again within minutes, with another id.`;
  const bad = [
    ...(sent < done.length ? [`${done.length - sent} could not be sent again`] : []),
    ...(missing.length > 0
      ? [`not in the queue, or somebody else reads it now (try again in 30 seconds): ${missing.join(', ')}`]
      : []),
  ];
  return {
    data: done,
    text: [...shown, about].join('\n\n'),
    next: 'dead-letters',
    ...(bad.length > 0 && { failed: `${bad.join('; ')}.` }),
  };
}

export default {
  name: 'dead-letters',
  summary: 'list what could not be delivered or failed for good in the hub, or send it again',
  operands: [
    new Argument(
      '[what]',
      'list: hides letters from others while it reads them, 30 seconds at most; redrive: sends findings to the router (only AWS puts its events on a bus), the rest to its function, and deletes what was accepted',
    )
      .choices(['list', 'redrive'])
      .default('list'),
    new Argument('[ids...]', 'with redrive: only these letters, as listed (default: all that can be sent)'),
  ],
  options: [stack],
  examples: ['dead-letters', 'dead-letters redrive 2f9c1e64-7d4b-4a53-9d0e-5b1c8a7f3e21 --json'],
  calls: { responder: readingLetters, operator: redrivingLetters },

  async run({ operands: [what = 'list', ...ids], options: { stack = '' } }) {
    if (what === 'redrive') return redrive(stack, ids);
    if (ids.length > 0) throw new InvalidArgumentError(`ids go with redrive: dead-letters redrive ${ids.join(' ')}`);
    return list(stack);
  },
} satisfies Verb;
