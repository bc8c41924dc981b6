import { moveLines, type Obligation } from '../domain/clock/obligation.ts';
import { regimeOf } from '../domain/clock/regime-name.ts';
import { type Field, type FieldStatus, isMissing } from '../domain/report/field.ts';
import type { Report } from '../domain/report/report.ts';

/** Finding titles and names come from outside: they must not become links, pictures or headings of the report. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#!]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

const marks: Record<FieldStatus, string> = {
  'machine-draft': '⚙️ MACHINE DRAFT, a person must confirm it',
  confirmed: '✅ confirmed',
  unknown: '❓ unknown',
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
  const mark = isMissing(field) ? '❓ UNKNOWN, a person fills it in' : marks[status];
  const who = status === 'machine-draft' || isMissing(field) ? '' : ` (${plain(by)})`;
  const changed = field.redrafted === undefined ? '' : '; **the draft has changed since: check it again**';
  const from = sources.length > 0 ? ['', `Sources: ${sources.map(plain).join('; ')}`] : [];
  return ['', `### ${plain(title)}`, '', `*${mark}${who}*${changed}`, '', ...linesOf(field), ...from];
}

function dueRow(obligation: Obligation): string {
  const { regime, report, startedAt, dueAt, state } = obligation;
  const { title, source } = regimeOf(regime);
  const due = [dueAt ?? (startedAt ? 'no hour' : 'not known yet'), ...moveLines(obligation).map(plain)].join('; ');
  return `| ${title} | ${report} | ${startedAt ?? 'not yet'} | ${due} | ${state} | ${source} |`;
}

/** The draft as a page for the person who completes and files it. */
export function reportPage({ incident, draftedAt, ledgerEntries, obligations, items }: Report): string {
  return [
    `# Draft report of ${incident}`,
    '',
    `Drafted ${draftedAt} from the first ${ledgerEntries} entries of the ledger. **Tourniquet sends nothing to any authority: a person checks, completes and files this.** Not legal advice.`,
    '',
    '| Regime | Report | Clock started (UTC) | Due (UTC) | State | Source |',
    '|---|---|---|---|---|---|',
    ...obligations.map(dueRow),
    ...items.flatMap(({ title, fields }, index) => ['', `## ${index + 1}. ${title}`, ...fields.flatMap(section)]),
    '',
  ].join('\n');
}
