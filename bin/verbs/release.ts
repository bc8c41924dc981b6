import { Argument } from 'commander';
import { through } from '../console/calls.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'release',
  summary: 'request the release of everything an incident changed; another approver must agree',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [mandatoryReason, stack],
  examples: [
    'release inc-0123456789ab --reason "rebuilt and patched"',
    'release inc-0123456789ab --reason "rebuilt and patched" --json',
  ],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [incident = ''], options: { reason = '', stack = '' } }) {
    const { decide, ReleaseStarted } = await import('../console/decisions.ts');
    const { run } = await decide(stack, { action: 'release', incident, reason }, ReleaseStarted);
    const text = `The release of ${incident} has started (run ${run}). Another approver is asked before anything is restored.`;
    return { data: { incident, run }, text, next: `incident ${incident}` };
  },
} satisfies Verb;
