import { Argument, Option } from 'commander';
import { through } from '../console/calls.ts';
import { mandatoryReason, several, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'transfer',
  summary: 'record that someone received copies of evidence; sends nothing',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--to <whom>', 'name and office of the person who received them').makeOptionMandatory(),
    new Option('--artefact <id...>', 'which, as `incident` lists them; default: all').argParser(several),
    new Option('--at <time>', 'when they received it; default: now'),
    mandatoryReason,
    stack,
  ],
  examples: [
    'transfer inc-0123456789ab --to "K. Meier, BKA Wiesbaden" --reason "warrant 4 Gs 17/26"',
    'transfer inc-0123456789ab --artefact ev-3-1 ev-3-2 --to "A. Lee, Example Forensics" --reason analysis --json',
  ],
  calls: { responder: through('SealUrl') },

  async run({ operands: [incident = ''], options: { to = '', artefact, at, reason = '', stack = '' } }) {
    const { timeTyped } = await import('../console/clock-input.ts');
    const { decide, TransferNoted } = await import('../console/decisions.ts');
    const { harmless, when } = await import('../console/paint.ts');
    const which = artefact === undefined ? {} : { artefacts: [...new Set(artefact.split(','))] };
    const moment = at === undefined ? {} : { at: timeTyped(at) };
    const request = { action: 'transfer', incident, to, reason, ...which, ...moment } as const;
    const noted = await decide(stack, request, TransferNoted, 'SealUrl');
    const text = [
      `Recorded as ${noted.by}: ${noted.to} received copies at ${when(noted.at)}. Tourniquet sent nothing to anybody.`,
      noted.artefacts.join(', '),
    ].join('\n');
    return { data: noted, text: harmless(text), next: `export ${incident} --to . --seal` };
  },
} satisfies Verb;
