import { Argument } from 'commander';
import { through } from '../console/calls.ts';
import { stack, type Verb } from '../console/verb.ts';

export default {
  name: 'take-over',
  summary: 'say that you are on it: the question names you and wakes nobody else; any approver may still answer it',
  operands: [new Argument('<approval>', 'id of the question, as the message and `incident` show it')],
  options: [stack],
  examples: ['take-over 3f0c9a6e5d2b4187a1c0e9d8b7f60514', 'take-over 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --json'],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [approval = ''], options: { stack = '' } }) {
    const { Decided, decide } = await import('../console/decisions.ts');
    const decided = await decide(stack, { action: 'take-over', approval }, Decided);
    const text = `Taken over as ${decided.by}. The question climbs no further, and its deadline stays: answer it.`;
    return { data: decided, text, next: decided.incident ? `incident ${decided.incident}` : 'incidents' };
  },
} satisfies Verb;
