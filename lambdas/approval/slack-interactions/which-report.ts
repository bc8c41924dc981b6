import type { InputBlock, ModalView } from '@slack/types';
import { idOf, type Obligation } from '../../../lib/domain/clock/obligation.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { closedWords, type Entered, type Named, openReports } from '../../clock/filing.ts';
import type { AboutReport, Values } from './payload.ts';

export const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** What is wrong with what was entered, by the input under which it is shown. */
export type Mistakes = Partial<Record<Entered | 'reason', string>>;

/** `This should not be empty.` */
export const mistakeWords = (fault = 'cannot be read'): string => `This ${fault}.`;

/** The frame of a form about reports of an incident. */
export const form = (
  name: 'filed' | 'withdraw',
  { incident }: AboutReport,
  title: string,
): Omit<ModalView, 'blocks'> => ({
  type: 'modal',
  callback_id: name,
  private_metadata: JSON.stringify({ incident }),
  title: plain(title),
  submit: plain('Record it'),
  close: plain('Back'),
});

/** `2026-11-24 10:00 UTC`: a choice takes no time in the reader's own zone (Block Kit reference, "Option object"). */
const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

function dueWords({ dueAt }: Obligation, now: string): string {
  if (dueAt === null) return 'no due time';
  return `${now >= dueAt ? 'overdue since' : 'due'} ${minute(dueAt)}`;
}

const choice = (one: Obligation, now: string) => ({
  text: plain(`${idOf(one)}, ${dueWords(one, now)}`),
  value: idOf(one),
});

/**
 * The choice among the reports that are still open, the one of the message first chosen. Refused where that one is not open any more, and where
 * none is: whoever opened the form is told instead of being shown a choice without it.
 */
export function reportInput(about: AboutReport, obligations: readonly Obligation[], now: string): InputBlock {
  const named = obligations.find(({ regime, report }) => regime === about.regime && report === about.report);
  const open = openReports(obligations);
  if (named && !open.includes(named)) throw new Refused(closedWords(named));
  if (open.length === 0)
    throw new Refused(`${about.incident} has no open report: each is filed, withdrawn or not required.`);
  const initial_option = named && choice(named, now);
  return {
    type: 'input',
    block_id: 'report',
    label: plain(`Which report of ${about.incident}`),
    element: {
      type: 'static_select',
      action_id: 'report',
      options: open.map((one) => choice(one, now)),
      ...(initial_option && { initial_option }),
    },
  };
}

/** The report that was chosen; none of it where nothing was. */
export function reportIn(values: Values, { incident }: AboutReport): Named {
  const [regime = '', report] = (values.report?.report?.selected_option?.value ?? '').split('/');
  return { incident, regime, report };
}
