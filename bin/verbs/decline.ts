import { Argument } from 'commander';
import { through } from '../console/calls.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'decline',
  summary: 'decline a question, by the same rules as in Slack',
  operands: [new Argument('<approval>', 'id of the question, as the message and `incident` show it')],
  options: [mandatoryReason, stack],
  examples: [
    'decline 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --reason "planned load test"',
    'decline 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --reason "planned load test" --json',
  ],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [approval = ''], options: { reason = '', stack = '' } }) {
    const { Decided, decide } = await import('../console/decisions.ts');
    const decided = await decide(stack, { action: 'decline', approval, reason }, Decided);
    const next = decided.incident ? `incident ${decided.incident}` : 'incidents';
    return { data: decided, text: `Declined as ${decided.by}. Nothing is changed; evidence is kept.`, next };
  },
} satisfies Verb;
