import { regimes } from '../../lib/domain/obligation.ts';
import type { Field, FieldStatus, Report } from '../../lib/domain/report.ts';

/** Finding titles and names come from outside: they must not become links, pictures or headings of the report. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#!]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

const marks: Record<FieldStatus, string> = {
  'machine-draft': '⚙️ MACHINE DRAFT, to be confirmed by a person',
  confirmed: '✅ confirmed',
  unknown: '❓ UNKNOWN, for a person to state',
  'not-applicable': 'not applicable',
};

function linesOf({ value }: Field): string[] {
  if (value === null) return [];
  if (Array.isArray(value))
    return value.map((one) => `- ${plain(typeof one === 'string' ? one : JSON.stringify(one))}`);
  return [plain(typeof value === 'string' ? value : JSON.stringify(value))];
}

function section(field: Field): string[] {
  const { title, status, by, sources } = field;
  const who = status === 'confirmed' ? ` by ${by}` : '';
  const from = sources.length > 0 ? ['', `Sources: ${sources.map(plain).join('; ')}`] : [];
  return ['', `### ${plain(title)}`, '', `*${marks[status]}${who}*`, '', ...linesOf(field), ...from];
}

/** The draft as a page for the person who completes and files it. */
export function page({ incident, draftedAt, ledgerEntries, obligations, items }: Report): string {
  const due = obligations.map(
    ({ regime, report, startedAt, dueAt, state }) =>
      `| ${regimes[regime].title} | ${report} | ${startedAt} | ${dueAt} | ${state} | ${regimes[regime].source} |`,
  );
  return [
    `# Draft report of ${incident}`,
    '',
    `Drafted ${draftedAt} from the first ${ledgerEntries} entries of the ledger. **Nothing has been sent to any authority, and Tourniquet never sends anything: a person checks, completes and files this.** Not legal advice.`,
    '',
    '| Regime | Report | Clock started (UTC) | Due (UTC) | State | Source |',
    '|---|---|---|---|---|---|',
    ...due,
    ...items.flatMap(({ title, fields }, index) => ['', `## ${index + 1}. ${title}`, ...fields.flatMap(section)]),
    '',
  ].join('\n');
}
