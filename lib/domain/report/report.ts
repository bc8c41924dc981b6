import * as z from 'zod';
import { Obligation } from '../clock/obligation.ts';
import { fieldsOf } from './draft.ts';
import { Field, type FieldStatus, isMissing } from './field.ts';
import { canonical } from './fields.ts';
import type { Known } from './known.ts';
import { eightItems } from './views/cisa-voluntary.ts';
import { viewOf } from './views.ts';

/** The canonical report: eight items, onto which every regime maps. */
export const Report = z.object({
  incident: z.string(),
  draftedAt: z.iso.datetime(),
  /** Entries of the ledger the draft rests on; what came later is not in it. */
  ledgerEntries: z.number(),
  obligations: z.array(Obligation),
  items: z.array(z.object({ title: z.string(), fields: z.array(Field) })),
});
export type Report = z.infer<typeof Report>;

const drafted = new Set<string>(canonical.flatMap(({ name, from }) => (from === 'engine' ? [name] : [])));

/** The fields that the eight items and the reports this incident owes ask people for. What only a machine could add is none, unless required. */
function askedOf({ obligations }: Known): ReadonlySet<string> {
  const owed = obligations.filter(({ means }) => means === 'report');
  const views = [eightItems, ...owed.map(({ regime, report }) => viewOf(regime, report))];
  const asked = views.flatMap(({ fields }) => fields.filter(({ field, required }) => required || !drafted.has(field)));
  return new Set(asked.map(({ field }) => field));
}

/** Drafts the eight items from what is on record: all that is known, and what is not and some report asks for. */
export function draftReport(known: Known): Report {
  const asked = askedOf(known);
  const fields = new Map(fieldsOf(known).map((field) => [field.name, field]));
  const items = Map.groupBy(canonical, ({ item }) => item);
  return {
    incident: known.incident,
    draftedAt: known.now,
    ledgerEntries: known.entries.length,
    obligations: [...known.obligations],
    items: [...items].map(([title, own]) => ({
      title,
      fields: own
        .flatMap(({ name }) => fields.get(name) ?? [])
        .filter((field) => asked.has(field.name) || !isMissing(field)),
    })),
  };
}

const titlesOf = ({ items }: Report, of: (field: Field) => boolean): string[] =>
  items.flatMap(({ fields }) => fields.filter(of).map(({ title }) => title));

/** Titles of the fields in a status. */
export const fieldsIn = (report: Report, status: FieldStatus): string[] =>
  titlesOf(report, (field) => field.status === status);

/** Titles of the fields of which nobody has said anything yet. */
export const missingIn = (report: Report): string[] => titlesOf(report, isMissing);

const minute = 60_000;
const span = (milliseconds: number): string => {
  const minutes = Math.floor(milliseconds / minute);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours > 0 ? `${hours} h ${rest} min` : minutes > 0 ? `${minutes} min` : 'less than a minute';
};

/** The time left until a report is due, in words; and the truth once it is past. */
export function dueWords(dueAt: string, now: string): string {
  const left = Date.parse(dueAt) - Date.parse(now);
  if (left > 0) return `due in ${span(left)}`;
  return left > -minute ? 'due now' : `overdue since ${dueAt}, by ${span(-left)}`;
}
