import type { View } from '@slack/types';
import { idOf } from '../../../lib/domain/clock/obligation.ts';
import { factNames } from '../../../lib/domain/clock/regime.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Changed } from '../../clock/set-clocks.ts';
import type { Values } from './payload.ts';
import { plain } from './which-report.ts';

/** The form for one fact of an incident. Slack shows the time in the reader's own zone and sends it in seconds since 1970: no zone is lost. */
export const factModal = (incident: string): View => ({
  type: 'modal',
  callback_id: 'fact',
  private_metadata: JSON.stringify({ incident }),
  title: plain('Set a fact'),
  submit: plain('Record it'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: plain(`What became known about ${incident}`),
      element: {
        type: 'static_select',
        action_id: 'name',
        options: factNames.map((name) => ({ text: plain(name), value: name })),
      },
    },
    {
      type: 'input',
      block_id: 'time',
      label: plain('When, in your own time zone'),
      hint: plain(
        'A fact that is earlier makes reports due earlier. A later one is a correction, and both times stay on record.',
      ),
      element: { type: 'datetimepicker', action_id: 'time' },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why? It goes on the record, with your name.'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true, min_length: 3, max_length: 1000 },
    },
  ],
});

/** What was entered, as `aware=2026-11-20T14:30:00.000Z` and the reason; thrown as Refused where something is missing. */
export function factIn(values: Values): { readonly typed: string; readonly reason: string } {
  const name = values.name?.name?.selected_option?.value;
  const seconds = values.time?.time?.selected_date_time;
  const reason = values.reason?.reason?.value?.trim();
  if (!name || !seconds || !reason) throw new Refused('A fact needs its name, its time and a reason.');
  return { typed: `${name}=${new Date(seconds * 1000).toISOString()}`, reason };
}

/** A line for each clock that changed, and each that could not be set. */
export function changedLines({ obligations, moved, notSet }: Omit<Changed, 'incident' | 'by'>): string[] {
  const due = obligations.map((one) => {
    const until = one.means === 'keep until' ? 'keep until' : 'due';
    return `${idOf(one)} ${one.dueAt ? `${until} ${one.dueAt}` : one.state}`;
  });
  return [
    ...moved.map(({ obligation, from, to }) => `${obligation} is due ${to} instead of ${from}.`),
    ...(moved.length === 0 ? [due.length > 0 ? `${due.join(', ')}.` : 'No due time changed.'] : []),
    ...(notSet.length > 0 ? [`Not every reminder could be set; the daily check sets them: ${notSet.join('; ')}`] : []),
  ];
}

/** What came of it, for the person who set the fact. */
export const changedWords = (changed: Changed): string =>
  [`Recorded on ${changed.incident}.`, ...changedLines(changed)].join('\n');
