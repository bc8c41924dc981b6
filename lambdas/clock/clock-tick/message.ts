import { idOf, moveLines, type Obligation } from '../../../lib/domain/clock/obligation.ts';
import { regimeOf } from '../../../lib/domain/clock/regime-name.ts';
import type { Reminder } from '../../../lib/domain/clock/reminder.ts';
import { dueWords } from '../../../lib/domain/report/report.ts';
import { buttons, context, escaped, header, list, type Message, moment, section } from '../../runtime/blocks.ts';
import { factButton } from '../fact-button.ts';
import { type About, filedButton, withdrawButton } from '../filed-button.ts';
import type { Locks } from '../hold-evidence.ts';
import type { Urgency } from './plan.ts';

export interface Reminding {
  readonly incident: string;
  readonly obligation: Obligation & { readonly dueAt: string };
  readonly reminder: Reminder['name'];
  readonly urgency: Urgency;
  readonly now: string;
  /** Where the draft lies, when there is one. */
  readonly draft: string | null;
  readonly resource: string | null;
}

/** The last hours look different from the first half. */
function markOf({ urgency, reminder }: Reminding): string {
  if (urgency === 'overdue') return '🔴 OVERDUE';
  return reminder === 'minus-1h' || reminder === 'minus-4h' ? '🟠 Due soon' : '🕒 Reminder';
}

/** The reader's own zone for the due time; and whatever it was before, with who moved it. */
function clockLines({ obligation }: Reminding): string[] {
  const { startedAt, because } = obligation;
  const started = startedAt ? `started ${startedAt}; ` : '';
  return [`*Clock* ${started}${escaped(because)}`, ...moveLines(obligation).map((line) => `*Moved* ${escaped(line)}`)];
}

const asideOf = ({ incident, resource, obligation }: Reminding) =>
  context(`${incident}${resource ? ` · ${escaped(resource)}` : ''} · ${escaped(regimeOf(obligation.regime).source)}`);

/** What had to be kept may go: nobody has to do anything, and nothing goes by itself. */
function keptMessage(reminding: Reminding): Message {
  const { incident, obligation } = reminding;
  const head = `🗄️ Retention period over · ${regimeOf(obligation.regime).title}`;
  const words = `${idOf(obligation)} ended ${obligation.dueAt}`;
  return {
    text: `${head}: ${words}, ${incident}. Tourniquet deletes nothing.`,
    blocks: [
      header(head),
      section(`*${words}.* Tourniquet deletes nothing; delete what you no longer need.`),
      section(clockLines(reminding).join('\n')),
      asideOf(reminding),
    ],
  };
}

/** What the channel reads. `text` alone is enough on a pager. */
export function reminderMessage(reminding: Reminding): Message {
  if (reminding.urgency === 'kept') return keptMessage(reminding);
  const { incident, obligation, now, draft } = reminding;
  const { regime, report, dueAt } = obligation;
  const about = { incident, regime, report };
  const head = `${markOf(reminding)} · ${regimeOf(regime).title}`;
  const words = dueWords(dueAt, now);
  const open = draft ? `Open the draft: \`${escaped(draft)}\`` : `There is no draft yet: write one from ${incident}`;
  return {
    text: `${head}: ${report} report ${words} (${dueAt}), ${incident}. A person files it.`,
    blocks: [
      header(head),
      section([`*Report* ${report}, *due* ${moment(dueAt)}: *${words}*`, ...clockLines(reminding)].join('\n')),
      ...list(
        'What to do',
        [
          open,
          'Complete and check it; "unknown" is an accepted answer',
          `File it yourself, then record it: *Filed…* below, or \`tourniquet filed ${incident} --regime ${regime} --report ${report} --reference …\``,
          `If the report is not required: *Withdraw…*, or \`tourniquet withdraw ${incident} --regime ${regime} --report ${report} --reason …\``,
        ],
        'numbered',
      ),
      section('*Tourniquet sends nothing to any authority.* This reminder repeats until you do step 3 or 4.'),
      buttons(filedButton(about), withdrawButton(about), factButton(incident)),
      asideOf(reminding),
    ],
  };
}

/** What a person has to see to themselves once a report is filed: evidence that could not be held as long as that asks for. */
export function notHeldMessage({ incident, regime, report }: Required<About>, { until, failed }: Locks): Message {
  const head = `🔴 Evidence NOT locked · ${incident}`;
  const words = `${regime}/${report} is filed, and ${failed.length} pieces of evidence could not be locked until ${until}`;
  return {
    text: `${head}: ${words}. Locks still end on their old date.`,
    blocks: [
      header(head),
      section(`*${words}.* Locks still end on their old date.`),
      ...list(
        'Not locked',
        failed.map(({ what, error }) => escaped(`${what}: ${error}`)),
      ),
      section(
        'Fix the cause, then record the same filing again to retry: ' +
          `\`tourniquet filed ${incident} --regime ${regime} --report ${report} --reference …\``,
      ),
      context(incident),
    ],
  };
}
