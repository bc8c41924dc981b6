import { Argument, Option } from 'commander';
import { through } from '../console/calls.ts';
import { reportOptions } from '../console/regime-values.ts';
import { stack, type Verb } from '../console/verb.ts';

export default {
  name: 'filed',
  summary: 'record that a person filed a report; evidence is kept as long as that report requires',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--regime <name>', 'under which regime: dfars, nis2, …').makeOptionMandatory(),
    new Option('--report <name>', 'which of its reports; default: the only open one'),
    new Option('--reference <text>', "the receiver's reference number").makeOptionMandatory(),
    new Option('--file <path>', 'the filed document: only its SHA-256 and name are recorded'),
    new Option('--at <time>', 'when it was filed; default: now'),
    stack,
  ],
  examples: [
    'filed inc-0123456789ab --regime dfars --reference ICF-2026-00123 --file report.pdf',
    'filed inc-0123456789ab --regime nis2 --report early-warning --reference 4711 --at 2026-11-21T09:00Z --json',
  ],
  values: reportOptions,
  calls: { responder: through('ClocksUrl') },

  async run({ operands: [incident = ''], options }) {
    const { changeLines, FilingRecorded, lockLines } = await import('../console/clock-change.ts');
    const { timeTyped } = await import('../console/clock-input.ts');
    const { decide } = await import('../console/decisions.ts');
    const { fingerprintOf } = await import('../console/fingerprint.ts');
    const { harmless } = await import('../console/paint.ts');
    const { regime = '', report = null, reference = '', file = null, at = null, stack = '' } = options;
    const print = file === null ? { sha256: null, file: null } : await fingerprintOf(file);
    const when = at === null ? null : timeTyped(at);
    const request = { action: 'filed', incident, regime, report, reference, at: when, ...print } as const;
    const recorded = await decide(stack, request, FilingRecorded, 'ClocksUrl');
    const text = [`Recorded as ${recorded.by}. Tourniquet sent nothing to anybody.`, ...changeLines(recorded)];
    return {
      data: recorded,
      text: harmless([...text, ...lockLines(recorded)].join('\n')),
      next: `incident ${incident}`,
    };
  },
} satisfies Verb;
