import { Argument, InvalidArgumentError, Option } from 'commander';
import { ClosedAs, closedAs } from '../../lib/domain/closing.ts';
import { through } from '../console/calls.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'close',
  summary: 'close an incident with a reason; what it holds is released first, and then another approver must agree',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--as <what>', 'what it turned out to be').choices(ClosedAs.options).makeOptionMandatory(),
    new Option('--archive', 'with --as false-alarm: also archive its findings in GuardDuty'),
    mandatoryReason,
    stack,
  ],
  examples: [
    'close inc-0123456789ab --as false-alarm --archive --reason "our own scanner"',
    'close inc-0123456789ab --as handled --reason "rebuilt and patched" --json',
  ],
  calls: { responder: through('DecisionsUrl') },

  async run({ operands: [incident = ''], options: { reason = '', stack = '', as, archive = false } }) {
    const { decide, ReleaseStarted } = await import('../console/decisions.ts');
    const kind = ClosedAs.parse(as);
    if (archive && kind !== 'false-alarm')
      throw new InvalidArgumentError("option '--archive' goes with --as false-alarm: what was real stays in sight.");
    const { run } = await decide(
      stack,
      { action: 'close', incident, as: kind, reason, ...(archive && { archive: true }) },
      ReleaseStarted,
    );
    const text = `${incident} is being closed ${closedAs[kind]} (run ${run}). Where it holds something, another approver is asked before it is released; questions that still wait are withdrawn.${archive ? ' Its findings in GuardDuty are archived after that.' : ''}`;
    return { data: { incident, run }, text, next: `incident ${incident}` };
  },
} satisfies Verb;
