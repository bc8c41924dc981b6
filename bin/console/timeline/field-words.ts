import type { Field } from '../../../lib/domain/report/field.ts';
import { dim, harmless, heading } from '../paint.ts';

/** One line, whatever came from outside. */
const flat = (text: string): string => harmless(text.replace(/\s+/g, ' '));

const mostSources = 5;

function lines({ name, title, value, sources }: Field): string[] {
  const values = (Array.isArray(value) ? value : [value]).map((one) => `    ${flat(String(one))}`);
  const more = sources.length > mostSources ? ` and ${sources.length - mostSources} more` : '';
  const named = sources.length > 0 ? [dim(`    from ${flat(sources.slice(0, mostSources).join(', '))}${more}`)] : [];
  return [`${heading(title)}  ${dim(name)}`, ...values, ...named];
}

/** Fields of a report as a machine drafts them, for people at a terminal. */
export function fieldWords(fields: readonly Field[]): string {
  const what =
    'Drafted by a machine from these logs; a person puts it on record with `report INCIDENT --set FIELD="…"`.';
  return [what, ...fields.flatMap((field) => ['', ...lines(field)])].join('\n');
}
