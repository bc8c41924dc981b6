import type { View } from '@slack/types';
import { idOf, type Obligation } from '../../../lib/domain/clock/obligation.ts';
import { Words } from '../../clock/filing.ts';
import type { Changed } from '../../clock/set-clocks.ts';
import { escaped } from '../../runtime/blocks.ts';
import type { AboutReport, Values } from './payload.ts';
import { form, type Mistakes, mistakeWords, plain, reportInput } from './which-report.ts';

/** The form for a report that is not owed after all. */
export const withdrawModal = (about: AboutReport, obligations: readonly Obligation[], now: string): View => ({
  ...form('withdraw', about, 'Withdraw a report'),
  blocks: [
    reportInput(about, obligations, now),
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why is this report not required? The reason goes on the record, with your name.'),
      hint: plain('Its reminders stop. This retracts nothing that was already reported to anybody.'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true, min_length: 3, max_length: 1000 },
    },
  ],
});

/** The reason that was entered, or what is wrong with it. */
export function reasonIn(values: Values): { readonly reason: string } | { readonly mistakes: Mistakes } {
  const read = Words.safeParse(values.reason?.reason?.value ?? '');
  if (read.success) return { reason: read.data };
  return { mistakes: { reason: mistakeWords(read.error.issues[0]?.message) } };
}

/** What came of it, for the person who withdrew it. */
export const withdrawnWords = ({ incident, by, obligations }: Changed): string =>
  `*${obligations.map(idOf).join(', ')}* of ${incident} is withdrawn, recorded as ${escaped(by)}. Its reminders stop.`;
