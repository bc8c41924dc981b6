import { Argument, Option } from 'commander';
import { through } from '../console/calls.ts';
import { stack, type Verb } from '../console/verb.ts';

export default {
  name: 'claim',
  summary: 'record what somebody says of an incident; it is held against the record, and changes nothing else',
  operands: [
    new Argument('<incident>', 'as `incidents` lists it'),
    new Argument('<words>', 'what is said, as it was said: "that was our scanner"'),
  ],
  options: [
    new Option('--by <name>', 'who says it, with their office; default: you'),
    new Option('--identity <arn>', 'who it was, in their words; a * stands for anything'),
    new Option(
      '--address <network>',
      'from where: 203.0.113.7 or 203.0.113.0/24; with --identity: they say that all from there was that identity',
    ),
    new Option('--from <time>', 'since when; with --identity or --address'),
    new Option('--to <time>', 'until when; with --identity or --address'),
    new Option('--never', 'they say that there was nothing of that identity and address'),
    stack,
  ],
  examples: [
    'claim inc-0123456789ab "that was our scanner" --by "Rosa Lang, network team" --address 203.0.113.0/24 --identity "*:assumed-role/scanner/*"',
    'claim inc-0123456789ab "Mia was on leave" --identity arn:aws:iam::111122223333:user/mia --from 2026-11-20T14:30Z --never --json',
  ],
  calls: { responder: through('ClocksUrl') },

  async run({ operands: [incident = '', said = ''], options: { by, stack = '', ...options } }) {
    const { Claimed, heldTyped } = await import('../console/claim-input.ts');
    const { decide } = await import('../console/decisions.ts');
    const { harmless } = await import('../console/paint.ts');
    const { heldAs } = await import('../../lib/domain/claim.ts');
    const held = heldTyped(options);
    const request = { action: 'claim', incident, said, ...held, ...(by !== undefined && { by }) } as const;
    const claimed = await decide(stack, request, Claimed, 'ClocksUrl');
    const { claim } = claimed;
    const text = [
      `Recorded as ${claimed.by}: ${claim.who} says “${claim.said}”. Nothing is changed by it.`,
      heldAs(claim),
    ].join('\n');
    const next = claim.about ? `timeline ${incident} --format vector` : `incident ${incident}`;
    return { data: claimed, text: harmless(text), next };
  },
} satisfies Verb;
