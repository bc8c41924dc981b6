import type { View } from '@slack/types';
import { timeFrom } from '../../../lib/domain/clock/facts.ts';
import type { Obligation } from '../../../lib/domain/clock/obligation.ts';
import { Entered, type Filing, FilingWords, type Recorded } from '../../clock/filing.ts';
import { escaped } from '../../runtime/blocks.ts';
import { changedLines } from './fact-modal.ts';
import type { AboutReport, Values } from './payload.ts';
import { form, type Mistakes, mistakeWords, plain, reportIn, reportInput } from './which-report.ts';

/** Room for a hash, and the name that sha256sum writes behind it. */
const longestHash = 330;

/** The form for a report that somebody has filed. Nothing is sent by it. */
export const filedModal = (about: AboutReport, obligations: readonly Obligation[], now: string): View => ({
  ...form('filed', about, 'Record what you filed'),
  blocks: [
    reportInput(about, obligations, now),
    {
      type: 'input',
      block_id: 'reference',
      label: plain('Reference number from the receiver'),
      hint: plain(
        'Use this after you have filed the report: it only records that you did. Tourniquet sends nothing to anybody.',
      ),
      element: { type: 'plain_text_input', action_id: 'reference', max_length: 1000 },
    },
    {
      type: 'input',
      block_id: 'at',
      optional: true,
      label: plain('When it was filed'),
      hint: plain('With its zone, Z for UTC: 2026-11-20T14:30Z or 2026-11-20T14:30+01:00. Empty means now.'),
      element: { type: 'plain_text_input', action_id: 'at', max_length: 40 },
    },
    {
      type: 'input',
      block_id: 'sha256',
      optional: true,
      label: plain('SHA-256 of the file you filed'),
      hint: plain(
        'Paste the line that sha256sum FILE prints (on a Mac: shasum -a 256 FILE). Hash and name go on record; the file stays with you.',
      ),
      element: { type: 'plain_text_input', action_id: 'sha256', max_length: longestHash },
    },
  ],
});

/** `<hash>  <name>` as sha256sum prints it, `*` before the name of a file read as binary (GNU coreutils manual); or the hash alone. */
function printed(line: string | undefined) {
  const [, sha256 = line, file] = /^(\S+)\s+\*?(.+)$/s.exec(line ?? '') ?? [];
  return { sha256: sha256?.toLowerCase(), file: file?.split(/[/\\]/).at(-1) };
}

/** What was entered: the filing, by the rules of `tourniquet filed`, or what is wrong with each input. */
export function filingIn(
  values: Values,
  about: AboutReport,
): { readonly filing: Filing } | { readonly mistakes: Mistakes } {
  const text = (name: Entered): string | undefined => values[name]?.[name]?.value?.trim() || undefined;
  const entered = { reference: text('reference') ?? '', at: text('at'), ...printed(text('sha256')) };
  const read = FilingWords.safeParse(entered);
  const time = entered.at === undefined ? null : timeFrom(entered.at);
  const untimely = time && 'fault' in time ? { at: time.fault } : {};
  if (read.success && !('at' in untimely)) return { filing: { ...reportIn(values, about), ...read.data } };
  const mistakes = (read.error?.issues ?? []).map(({ path: [name], message }) => [
    Entered.catch('sha256').parse(name),
    mistakeWords(message),
  ]);
  return { mistakes: { ...untimely, ...Object.fromEntries(mistakes) } };
}

/** What came of it, for the person who filed. */
export function filedLines(recorded: Recorded, { reference }: Filing): string {
  const { incident, by, regime, report, obligations } = recorded;
  const head = `*${regime}/${report}* of ${incident} is filed on record, as ${escaped(by)}, reference ${escaped(reference)}.`;
  if (obligations.length === 0) return `${head} Already recorded; nothing changed.`;
  // The same clock rings for the locks: where it could not be set, they wait for the daily check.
  const soon = recorded.notSet.length > 0 ? 'With the daily check' : 'Within minutes';
  const others = obligations.filter((one) => one.regime !== regime || one.report !== report);
  return [
    `${head} Tourniquet sent nothing to anybody.`,
    ...(others.length > 0 || recorded.notSet.length > 0 ? changedLines({ ...recorded, obligations: others }) : []),
    `${soon} the evidence is locked for the required time; if some of it cannot be locked, a message in this channel says so.`,
  ].join('\n');
}
