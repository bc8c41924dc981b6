import { Argument, Option } from 'commander';
import { through } from '../console/calls.ts';
import { reportOptions } from '../console/regime-values.ts';
import { mandatoryReason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'withdraw',
  summary: 'record that a report is not required, and why; its reminders stop',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--regime <name>', 'under which regime: dfars, nis2, …').makeOptionMandatory(),
    new Option('--report <name>', 'which of its reports; default: the only open one'),
    mandatoryReason,
    stack,
  ],
  examples: [
    'withdraw inc-0123456789ab --regime dfars --reason "no covered information on that instance"',
    'withdraw inc-0123456789ab --regime nis2 --report final --reason "not significant" --json',
  ],
  values: reportOptions,
  calls: { responder: through('ClocksUrl') },

  async run({ operands: [incident = ''], options }) {
    const { changeLines, ClocksChanged } = await import('../console/clock-change.ts');
    const { decide } = await import('../console/decisions.ts');
    const { harmless } = await import('../console/paint.ts');
    const { regime = '', report = null, reason = '', stack = '' } = options;
    const request = { action: 'withdraw', incident, regime, report, reason } as const;
    const changed = await decide(stack, request, ClocksChanged, 'ClocksUrl');
    const text = [`Withdrawn as ${changed.by}.`, ...changeLines(changed)].join('\n');
    return { data: changed, text: harmless(text), next: `incident ${incident}` };
  },
} satisfies Verb;
