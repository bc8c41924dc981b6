import { type Obligation, regimes } from '../../lib/domain/obligation.ts';
import { dueWords, fieldsIn, type Report } from '../../lib/domain/report.ts';
import { context, escaped, header, list, type Message, moment, section } from '../runtime/blocks.ts';

export interface Task {
  readonly report: Report;
  /** Where the draft lies. */
  readonly uri: string;
  readonly resource: string;
  readonly now: string;
}

const dueLine = ({ regime, report, dueAt }: Obligation, now: string): string =>
  `*${regimes[regime].title}*, ${report} report: ${moment(dueAt)}, *${dueWords(dueAt, now)}*`;

/** The report task: what is due when, where the draft lies, and what only a person can add. */
export function taskMessage({ report, uri, resource, now }: Task): Message {
  const open = report.obligations.filter(({ state }) => state === 'running');
  const [first] = open;
  const due = first ? `first ${dueWords(first.dueAt, now)} (${first.dueAt})` : 'nothing is due';
  return {
    text: `📝 Report task for ${report.incident}: ${due}. Draft: ${uri}. A person files it; nothing is sent by Tourniquet.`,
    blocks: [
      header(`📝 Report task · ${report.incident}`),
      ...list(
        'Due',
        open.map((one) => dueLine(one, now)),
      ),
      section(`*Draft* \`${escaped(uri)}\`\nEvery field says whether it is a machine draft, confirmed or unknown.`),
      ...list('Missing, for a person to state', fieldsIn(report, 'unknown').map(escaped)),
      ...list('Drafted by the machine, to be confirmed', [fieldsIn(report, 'machine-draft').map(escaped).join(', ')]),
      section(
        '*A person completes and files it. Tourniquet sends nothing to any authority.* Unknown is a legal answer in an early report.',
      ),
      context(`${report.incident} · ${escaped(resource)}`),
    ],
  };
}
