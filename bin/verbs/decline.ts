import { Argument, InvalidArgumentError, Option } from 'commander';
import { through } from '../console/calls.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

const hours = (text: string): string => {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 720) return text;
  throw new InvalidArgumentError('It should be a number from 1 to 720.');
};

export default {
  name: 'decline',
  summary: 'decline a question, by the same rules as in Slack',
  operands: [new Argument('<approval>', 'id of the question, as the message and `incident` show it')],
  options: [
    mandatoryReason,
    new Option(
      '--hours <count>',
      'how long the same type of finding is not asked about again, 1 to 720; left out: 24',
    ).argParser(hours),
    stack,
  ],
  examples: [
    'decline 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --reason "planned load test"',
    'decline 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --reason "planned load test" --hours 72',
  ],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [approval = ''], options: { reason = '', stack = '', hours } }) {
    const { Decided, decide } = await import('../console/decisions.ts');
    const decided = await decide(
      stack,
      { action: 'decline', approval, reason, ...(hours && { hours: Number(hours) }) },
      Decided,
    );
    const next = decided.incident ? `incident ${decided.incident}` : 'incidents';
    return { data: decided, text: `Declined as ${decided.by}. Nothing is changed; evidence is kept.`, next };
  },
} satisfies Verb;
