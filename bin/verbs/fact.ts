import { Argument } from 'commander';
import { through } from '../console/calls.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'fact',
  summary: 'record when something became known about an incident; its clocks follow',
  operands: [
    new Argument('<incident>', 'as `incidents` lists it'),
    new Argument('<name=time>', 'aware=2026-11-20T14:30Z; past times only'),
  ],
  options: [mandatoryReason, stack],
  examples: [
    'fact inc-0123456789ab discovered=2026-11-20T14:30Z --reason "the night shift saw it first"',
    'fact inc-0123456789ab classified-major=2026-11-20T16:00+01:00 --reason "by the crisis team" --json',
  ],
  calls: { responder: through('ClocksUrl') },

  async run({ operands: [incident = '', typed = ''], options: { reason = '', stack = '' } }) {
    const { factTyped } = await import('../console/clock-input.ts');
    const { changeLines, ClocksChanged } = await import('../console/clock-change.ts');
    const { decide } = await import('../console/decisions.ts');
    const { harmless } = await import('../console/paint.ts');
    const request = { action: 'fact', incident, fact: factTyped(typed), reason } as const;
    const changed = await decide(stack, request, ClocksChanged, 'ClocksUrl');
    const text = [`Recorded as ${changed.by}.`, ...changeLines(changed)].join('\n');
    return { data: changed, text: harmless(text), next: `incident ${incident}` };
  },
} satisfies Verb;
