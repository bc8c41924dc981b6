import type { Obligation } from '../clock/obligation.ts';
import { type Field, isMissing } from './field.ts';
import type { View } from './view.ts';

/** A field as one regime asks for it. */
export interface AskedField extends Omit<Field, 'name'> {
  readonly field: string;
  readonly required: boolean;
}

/** One report of one regime, as plain JSON: what it says by now, and what still keeps it from being filed. */
export interface RegimeDraft {
  readonly incident: string;
  /** Null for the eight items, asked for without a regime. */
  readonly regime: string | null;
  readonly report: string | null;
  /** Whether every required field is answered by the configuration or a person. */
  readonly ready: boolean;
  /** Required, and nobody has said anything; in a final report also what is said to be unknown. */
  readonly missing: readonly string[];
  /** Required, and only a machine has written it. */
  readonly unconfirmed: readonly string[];
  /** Confirmed by a person, and drafted differently since. */
  readonly changed: readonly string[];
  /** When it is due, and whether it was sent, where the incident owes it. */
  readonly obligation: Pick<Obligation, 'state' | 'dueAt' | 'because'> | null;
  readonly source: string;
  readonly verified: string | null;
  readonly note: string | null;
  readonly fields: readonly AskedField[];
}

const named = (fields: readonly AskedField[]): string[] => [...new Set(fields.map(({ field }) => field))];

/** A report of a regime from the fields of an incident. Throws nothing: what a view asks for and nobody has is missing. */
export function regimeDraft(
  about: Pick<RegimeDraft, 'incident' | 'regime' | 'report' | 'obligation'>,
  view: View,
  all: readonly Field[],
): RegimeDraft {
  const byName = new Map(all.map((one) => [one.name, one]));
  const fields = view.fields.flatMap(({ field, title, required }): AskedField[] => {
    const found = byName.get(field);
    if (!found) return [];
    const { name: _, title: __, ...rest } = found;
    return [{ field, title, required, ...rest }];
  });
  const required = fields.filter((one) => one.required);
  const missing = named(
    required.filter((one) => isMissing(one) || (one.status === 'unknown' && view.unknown === 'will not do')),
  );
  const unconfirmed = named(required.filter(({ status }) => status === 'machine-draft'));
  const changed = named(fields.filter(({ redrafted }) => redrafted !== undefined));
  const { incident, regime, report, obligation } = about;
  return {
    incident,
    regime,
    report,
    ready: missing.length + unconfirmed.length === 0,
    missing,
    unconfirmed,
    changed,
    obligation,
    source: view.source,
    verified: view.verified,
    note: view.note ?? null,
    fields,
  };
}
