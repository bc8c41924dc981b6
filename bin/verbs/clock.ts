import { Option } from 'commander';
import type { Verb } from '../console/verb.ts';

/** `--regime a b`, `--regime a,b` and `--regime a --regime b` are the same. */
const listed = (word: string, before: string | undefined): string =>
  before === undefined ? word : `${before},${word}`;

export const clock: Verb = {
  name: 'clock',
  summary: 'show which report is due when, and why, from facts alone; needs no AWS',
  operands: [],
  options: [
    new Option('--regime <name...>', 'whose clocks: dfars, nis2, …').argParser(listed).makeOptionMandatory(),
    new Option('--fact <name=time...>', 'what is known and since when: aware=2026-11-20T14:30Z').argParser(listed),
    new Option('--now <time>', 'the moment it is judged at; left out: now'),
    new Option('--zone <area/city>', "zone of the table; left out: this machine's"),
  ],
  examples: [
    'clock --regime dfars nis2 --fact discovered=2026-11-20T14:30Z aware=2026-11-20T16:00+01:00',
    'clock --regime dora --fact aware=2026-11-20T08:00Z --fact classified-major=2026-11-20T11:00Z --json',
  ],

  async run({ options }) {
    const { askedFrom } = await import('../console/clock-input.ts');
    const { clockPage } = await import('../console/clock-page.ts');
    const { obligationsOf } = await import('../../lib/domain/clock/engine.ts');
    const asked = askedFrom(options);
    const data = obligationsOf(asked.regimes, asked.facts, asked.now);
    return { data, text: await clockPage(asked, data), next: 'incidents' };
  },
};
