import { factBehind } from '../../lib/domain/report/fact-fields.ts';
import { isMissing } from '../../lib/domain/report/field.ts';
import { canonical } from '../../lib/domain/report/fields.ts';
import type { AskedField, RegimeDraft } from '../../lib/domain/report/regime-draft.ts';
import { dueWords } from '../../lib/domain/report/report.ts';
import { dim, harmless, heading, paint, when } from './paint.ts';
import type { FieldsStated } from './report-input.ts';

/** A value for a title, a line or several; of a long list the beginning. */
const mostLines = 12;

function valueLines({ value }: AskedField): string[] {
  if (value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  const lines = all.flatMap((one) => (typeof one === 'string' ? one : JSON.stringify(one)).split('\n'));
  const more = lines.length - mostLines;
  return more > 1 ? [...lines.slice(0, mostLines), dim(`… ${more} more lines, with --json`)] : lines;
}

const hintOf = (name: string): string => canonical.find((one) => one.name === name)?.hint ?? '';

function markOf(field: AskedField): string {
  if (isMissing(field)) return field.required ? paint('red', 'MISSING') : dim('empty');
  if (field.status === 'machine-draft') return paint('yellow', 'machine draft');
  return paint('green', `${field.status === 'not-applicable' ? 'not applicable' : field.status} by ${field.by}`);
}

/** A field as people read it: what it is, how far it is to be relied on, by which name it is set, and what it says. */
function section(field: AskedField): string[] {
  const value = isMissing(field) ? [dim(hintOf(field.field))] : valueLines(field);
  const changed =
    field.redrafted === undefined ? [] : [paint('yellow', 'The draft has changed since: check it again.')];
  return [
    `${heading(field.title)}  ${markOf(field)}  ${dim(field.field)}`,
    ...[...value, ...changed].map((line) => `    ${line}`),
  ];
}

function dueLine({ obligation, regime }: RegimeDraft, now: string): string {
  if (!regime) return 'For no particular regime: `--regime` shows it in the form a regime requires.';
  if (!obligation) return 'By the configuration and the recorded facts, this report is not required.';
  const { state, dueAt, because } = obligation;
  if (state === 'sent' || state === 'withdrawn') return `This report is ${state}.`;
  return dueAt ? `${dueWords(dueAt, now)} (${when(dueAt)})` : because;
}

function standing({ ready, missing, unconfirmed, changed }: RegimeDraft): string {
  if (ready && changed.length === 0) return paint('green', 'Ready: a person files it, Tourniquet sends nothing.');
  if (ready) return `Ready, but the draft has changed since it was confirmed: ${changed.join(', ')}.`;
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} missing (${missing.join(', ')})`] : []),
    ...(unconfirmed.length > 0 ? [`${unconfirmed.length} to be confirmed (${unconfirmed.join(', ')})`] : []),
  ];
  return `Not ready: ${parts.join('; ')}.`;
}

/** The draft for people; what came from outside cannot steer the terminal. */
export function reportWords(found: RegimeDraft, now: string): string {
  const draft = harmless(found);
  const { incident, regime, report, source, verified, note, fields } = draft;
  const of = regime ? `${regime}, ${report}` : 'the eight items';
  const list = verified ? `The list was last compared with its source on ${verified}.` : '';
  return [
    `${heading(`Draft report of ${incident}: ${of}`)}\n${dueLine(draft, now)}\n${standing(draft)}`,
    ...fields.map((field) => section(field).join('\n')),
    dim([`Source: ${source}.`, list, note ?? ''].filter(Boolean).join(' ')),
  ].join('\n\n');
}

/** What was put on record just now, each with its value: what is confirmed has to be seen. */
export function statedWords({ by, fields }: FieldsStated): string {
  const lines = fields.map(({ name, status, value }) => {
    const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
    return `  ${name}: ${status.replace('-', ' ')}${text && `: ${text.slice(0, 300)}${text.length > 300 ? '…' : ''}`}`;
  });
  return harmless([`On record, as ${by}:`, ...lines].join('\n'));
}

/** What to type next, as words after `tourniquet`. */
export function nextFor({ incident, regime, report, missing, unconfirmed }: RegimeDraft): string {
  const which = regime ? ` --regime ${regime} --report ${report}` : '';
  const [empty] = missing;
  const fact = empty && factBehind(empty);
  if (fact) return `fact ${incident} ${fact}=2026-11-20T14:30Z --reason "…"`;
  if (empty) return `report ${incident}${which} --set ${empty}="…"`;
  const [draft] = unconfirmed;
  if (draft) return `report ${incident}${which} --confirm ${draft}`;
  return regime ? `filed ${incident}${which} --reference "…"` : `report ${incident} --regime dfars`;
}
