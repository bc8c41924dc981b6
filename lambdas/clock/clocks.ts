import * as z from 'zod';
import { IncidentFact, openingFacts } from '../../lib/domain/clock/incident-fact.ts';
import { type Clocks, changedAmong } from '../../lib/domain/clock/live-clock.ts';
import { idOf, Obligation } from '../../lib/domain/clock/obligation.ts';
import type { Reminder } from '../../lib/domain/clock/reminder.ts';
import { Refused } from '../../lib/domain/errors.ts';
import type { Work } from '../runtime/pipeline.ts';
import { type Item, keys, type Write } from '../runtime/table.ts';
import { type Alarm, alarmAt, alarmOf, type IsTold } from './schedules.ts';

/** How far a reminder has come, kept beside its obligation, and which due time it spoke of. */
export const Mark = z.object({ state: z.enum(['telling', 'told']), at: z.string(), dueAt: z.string().nullish() });
export type Mark = z.infer<typeof Mark>;

export const markName = ({ name }: Pick<Reminder, 'name'>): string => `reminded#${name}`;

/** What the table holds about the clocks of one incident. */
export interface Standing extends Clocks {
  readonly incident: string;
  readonly openedAt: string;
  /** How often it was changed by a person. */
  readonly changes: number;
  /** Where no facts are on record, those an incident opens with are meant. */
  readonly facts: readonly IncidentFact[];
  readonly on: 'record' | 'assumption';
  /** Obligations as they lie in the table, with their marks, by id. */
  readonly items: ReadonlyMap<string, Item>;
}

/** Those of a shape we know: one of a newer version must not stop the others. */
const readable = <T>(items: readonly Item[], schema: z.ZodType<T>): T[] =>
  items.flatMap((item) => schema.safeParse(item).data ?? []);

/** Reads the facts and obligations of an incident. Throws Refused where there is none, unless the caller knows when it was opened. */
export async function readClocks(
  { table }: Pick<Work, 'table'>,
  incident: string,
  known?: { readonly openedAt: string },
): Promise<Standing> {
  const { pk } = keys.incident(incident);
  // The count first: what is changed while we read must not look like what we read.
  const [head, meta] = await Promise.all([table.get(keys.clocks(incident)), table.get(keys.incident(incident))]);
  const [facts, items] = await Promise.all([table.query(pk, 'FACT#'), table.query(pk, 'OBLIGATION#')]);
  const openedAt = meta ? String(meta.openedAt) : known?.openedAt;
  if (!openedAt) throw new Refused(`There is no incident ${incident}.`);
  const recorded = readable(facts, IncidentFact);
  return {
    incident,
    openedAt,
    changes: Number(head?.changes ?? 0),
    facts: recorded.length > 0 ? recorded : openingFacts(openedAt),
    on: recorded.length > 0 ? 'record' : 'assumption',
    obligations: readable(items, Obligation),
    items: new Map(items.map((item) => [`${item.regime}/${item.report}`, item])),
  };
}

/** Whether people were told already, by the mark on the obligation's item. One without a due time is of an older version, and counts. */
export const toldBy =
  (item: Item | undefined): IsTold =>
  (reminder, dueAt) => {
    const mark = Mark.safeParse(item?.[markName(reminder)]).data;
    return mark?.state === 'told' && (mark.dueAt ?? dueAt) === dueAt;
  };

/** Somebody filed it, and nobody has seen to it yet that the evidence is held as long as that asks for. */
export const isToBeHeld = ({ filed }: Obligation, item: Item | undefined): boolean =>
  filed !== undefined && typeof item?.held !== 'string';

/** Notes on a filed obligation that its evidence was seen to: its clock need not ring for that any more. */
export async function markHeld(
  { table, now }: Pick<Work, 'table' | 'now'>,
  incident: string,
  { regime, report }: Pick<Obligation, 'regime' | 'report'>,
): Promise<void> {
  const update = { UpdateExpression: 'SET held = :now', ExpressionAttributeValues: { ':now': now() } };
  await table.update(keys.obligation(incident, regime, report), update);
}

/** When each of these obligations rings next: for a reminder, or once it is filed to have its evidence held. */
export const alarmsOf = ({ incident, items }: Standing, obligations: readonly Obligation[], now: string): Alarm[] =>
  obligations.flatMap((one) => {
    const item = items.get(idOf(one));
    if (isToBeHeld(one, item)) return alarmAt(incident, one, now, now);
    return alarmOf(incident, one, toldBy(item), now) ?? [];
  });

/** Sets every field of an obligation and leaves its marks alone. */
function setting(TableName: string, incident: string, obligation: Obligation): Write {
  const { regime, report } = obligation;
  const fields = Object.entries({ incident, ...obligation }).filter(([, value]) => value !== undefined);
  return {
    Update: {
      TableName,
      Key: keys.obligation(incident, regime, report),
      UpdateExpression: `SET ${fields.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
    },
  };
}

/**
 * The writes that bring the record from how it stood to how it is now: new facts, and the obligations that differ. They fail together
 * when somebody changed it meanwhile.
 */
export function changing(standing: Standing, facts: readonly IncidentFact[], obligations: readonly Obligation[]) {
  const { incident, changes } = standing;
  // What was only assumed is written down with the first change.
  const fresh = standing.on === 'assumption' ? [...standing.facts, ...facts] : facts;
  return (TableName: string): Write[] => [
    {
      Update: {
        TableName,
        Key: keys.clocks(incident),
        UpdateExpression: 'SET changes = :next',
        ConditionExpression: changes === 0 ? 'attribute_not_exists(pk)' : 'changes = :seen',
        ExpressionAttributeValues: { ':next': changes + 1, ...(changes > 0 && { ':seen': changes }) },
      },
    },
    ...fresh.map((fact) => ({ Put: { TableName, Item: { ...keys.fact(incident, fact.name, fact.n), ...fact } } })),
    ...changedAmong(standing.obligations, obligations).map((one) => setting(TableName, incident, one)),
  ];
}

/** The number of the next fact. */
export const nextNumber = ({ facts }: Clocks): number => Math.max(0, ...facts.map(({ n }) => n)) + 1;
