import { type Obligation, type Reminder, regimes } from '../../lib/domain/obligation.ts';
import { dueWords } from '../../lib/domain/report.ts';
import { context, escaped, header, list, type Message, moment, section } from '../runtime/blocks.ts';

export interface Reminding {
  readonly incident: string;
  readonly obligation: Obligation;
  readonly reminder: Reminder['name'];
  readonly now: string;
  /** Where the draft lies, when there is one. */
  readonly draft: string | null;
  readonly resource: string | null;
}

/** The last hours look different from the first half. */
function markOf({ obligation, reminder, now }: Reminding): string {
  if (now >= obligation.dueAt) return '🔴 OVERDUE';
  return reminder === 'minus-1h' || reminder === 'minus-4h' ? '🟠 Due soon' : '🕒 Reminder';
}

/** What the channel reads. `text` alone is enough on a pager. */
export function reminderMessage(reminding: Reminding): Message {
  const { incident, obligation, now, draft, resource } = reminding;
  const { title, source, note } = regimes[obligation.regime];
  const head = `${markOf(reminding)} · ${title}`;
  const words = dueWords(obligation.dueAt, now);
  const open = draft
    ? `Open the draft: \`${escaped(draft)}\``
    : `There is no draft on record yet: write one from ${incident}`;
  return {
    text: `${head}: ${obligation.report} report ${words} (${obligation.dueAt}), ${incident}. A person files it.`,
    blocks: [
      header(head),
      section(
        `*Report* ${obligation.report}, *due* ${moment(obligation.dueAt)}: *${words}*\n*Clock* started ${obligation.startedAt}; ${escaped(obligation.because)}`,
      ),
      ...list(
        'What to do',
        [
          open,
          'Complete and check it; what is unknown may be said to be unknown',
          'File it yourself, then record that it is filed',
        ],
        'numbered',
      ),
      section(`${escaped(note)}\n*Tourniquet sends nothing to any authority.*`),
      context(`${incident}${resource ? ` · ${escaped(resource)}` : ''} · ${escaped(source)}`),
    ],
  };
}
