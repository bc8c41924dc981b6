import { byDueTime, dueAmong, moveLines, type Obligation, type Timed } from '../../../lib/domain/clock/obligation.ts';
import { regimeOf } from '../../../lib/domain/clock/regime-name.ts';
import { dueWords, fieldsIn, missingIn, type Report } from '../../../lib/domain/report/report.ts';
import { buttons, context, escaped, list, type Message, moment, section } from '../../runtime/blocks.ts';
import { factButton } from '../fact-button.ts';
import { filedButton, withdrawButton } from '../filed-button.ts';
import { openAmong } from './plan.ts';

export interface Task {
  readonly report: Report;
  /** Where the draft lies. */
  readonly uri: string;
  readonly resource: string;
  readonly now: string;
}

const titleOf = ({ regime, report }: Obligation): string => `*${regimeOf(regime).title}*, ${report} report`;

const dueLine = (one: Timed, now: string): string =>
  [`${titleOf(one)}: ${moment(one.dueAt)}, *${dueWords(one.dueAt, now)}*`, ...moveLines(one).map(escaped)].join('; ');

/** Characters of a reason that is not due yet: the record has the whole of it. */
const briefly = 200;
const waitLine = (one: Obligation): string => `${titleOf(one)}: ${escaped(one.because.slice(0, briefly))}…`;

/** The report task in one line of the channel: people there have a question to answer. */
export function taskMessage({ report, now }: Task): Message {
  const due = dueAmong(report.obligations).toSorted(byDueTime);
  const [first] = due;
  const words = first ? `first ${dueWords(first.dueAt, now)} (${first.dueAt})` : 'nothing is due yet';
  const names = [...new Set(due.map(({ regime }) => regimeOf(regime).title))];
  const text = `📝 Report task for ${report.incident}: ${words}`;
  const shown = first ? `*${dueWords(first.dueAt, now)}*, ${moment(first.dueAt)}: ${names[0]}` : words;
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  return { text: `${text}.`, blocks: [section(`📝 Report task for ${report.incident}: ${shown}${more}`)] };
}

/** What is due when, what waits for a fact, where the draft lies, and what only a person can add: in the thread of the task. */
export function taskDetails({ report, uri, resource, now }: Task): Message {
  const due = dueAmong(report.obligations).toSorted(byDueTime);
  const waiting = openAmong(report.obligations).filter(({ dueAt }) => dueAt === null);
  const about = { incident: report.incident };
  return {
    text: `Report task for ${report.incident}, in full. Draft: ${uri}. A person files it; Tourniquet sends nothing.`,
    blocks: [
      ...list(
        'Due',
        due.map((one) => dueLine(one, now)),
      ),
      ...list('Without a due time', waiting.map(waitLine)),
      section(`*Draft* \`${escaped(uri)}\`\nEach field shows whether it is a machine draft, confirmed or unknown.`),
      ...list('Missing: a person fills these in', missingIn(report).map(escaped)),
      ...list('Drafted by Tourniquet: confirm these', [fieldsIn(report, 'machine-draft').map(escaped).join(', ')]),
      section(
        '*A person completes and files it. Tourniquet sends nothing to any authority.* "Unknown" is an accepted answer in an early report.',
      ),
      section(`Complete it, per regime: \`tourniquet report ${report.incident} --regime …\``),
      section(`After filing: *Filed…* below, or \`tourniquet filed ${report.incident} --regime … --reference …\``),
      buttons(filedButton(about), withdrawButton(about), factButton(report.incident)),
      context(`${report.incident} · ${escaped(resource)}`),
    ],
  };
}
