import { Argument, Option } from 'commander';
import { through } from '../console/calls.ts';
import { each, repeatable } from '../console/repeatable.ts';
import { reason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'approve',
  summary: 'approve a question, by the same rules as in Slack',
  operands: [new Argument('<approval>', 'id of the question, as the message and `incident` show it')],
  options: [
    repeatable(
      new Option('--only <lever>', 'a lever that it is about, as the question names it; repeatable; left out: all'),
    ),
    repeatable(
      new Option(
        '--also <lever>',
        'a lever that goes further, as the details of the question name it; repeatable; left out: none',
      ),
    ),
    reason,
    stack,
  ],
  examples: [
    'approve 3f0c9a6e5d2b4187a1c0e9d8b7f60514',
    'approve 3f0c9a6e5d2b4187a1c0e9d8b7f60514 --also stop-instance --reason "seen in the proxy log" --json',
  ],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [approval = ''], options }) {
    const { Decided, decide } = await import('../console/decisions.ts');
    const { reason = null, stack = '' } = options;
    const [levers, also] = [each(options.only), each(options.also)];
    const request = {
      action: 'approve' as const,
      approval,
      reason,
      ...(levers.length > 0 && { levers }),
      ...(also.length > 0 && { also }),
    };
    const decided = await decide(stack, request, Decided);
    const goesOn = decided.state === 'APPROVED' ? 'The run goes on.' : 'A second person must approve.';
    const next = decided.incident ? `incident ${decided.incident}` : 'incidents';
    return { data: decided, text: `Approved as ${decided.by}. ${goesOn}`, next };
  },
} satisfies Verb;
