import { Option } from 'commander';
import { regimeValues } from '../console/regime-values.ts';
import { several, type Verb } from '../console/verb.ts';

export default {
  name: 'clock',
  summary: 'show which report is due when, and why, from facts alone; needs no AWS',
  operands: [],
  options: [
    new Option('--regime <name...>', 'whose clocks: dfars, nis2, …').argParser(several).makeOptionMandatory(),
    new Option('--fact <name=time...>', 'what is known and since when: aware=2026-11-20T14:30Z').argParser(several),
    new Option('--now <time>', 'time to compute for; default: now'),
    new Option('--zone <area/city>', "time zone of the table; default: this machine's"),
  ],
  examples: [
    'clock --regime dfars nis2 --fact discovered=2026-11-20T14:30Z aware=2026-11-20T16:00+01:00',
    'clock --regime dora --fact aware=2026-11-20T08:00Z --fact classified-major=2026-11-20T11:00Z --json',
  ],
  values: { regime: regimeValues },

  async run({ options }) {
    const { clockRequestFrom: askedFrom } = await import('../console/clock-input.ts');
    const { clockPage } = await import('../console/clock-page.ts');
    const { obligationsOf } = await import('../../lib/domain/clock/engine.ts');
    const asked = askedFrom(options);
    const data = obligationsOf(asked.regimes, asked.facts, asked.now);
    return { data, text: await clockPage(asked, data), next: 'incidents' };
  },
} satisfies Verb;
