import { type IncidentFact, openingFacts } from '../../lib/domain/clock/incident-fact.ts';
import { type Clocks, changedAmong } from '../../lib/domain/clock/live-clock.ts';
import { idOf, type Obligation } from '../../lib/domain/clock/obligation.ts';
import { Broken, Refused } from '../../lib/domain/errors.ts';
import { changesItem, factItem, type Kept, obligationItem } from '../../lib/items/clocks.ts';
import { incidentItem, partitionOf } from '../../lib/items/incident.ts';
import type { Unread } from '../../lib/items/item.ts';
import type { Work } from '../runtime/pipeline.ts';
import type { Write } from '../runtime/table.ts';
import { type Alarm, alarmAt, alarmOf, type IsTold } from './schedules.ts';

/** What the table holds about the clocks of one incident. */
export interface Standing extends Clocks {
  readonly incident: string;
  readonly openedAt: string;
  /** How often it was changed by a person. */
  readonly changes: number;
  /** Where no facts are on record, those an incident opens with are meant. */
  readonly facts: readonly IncidentFact[];
  readonly on: 'record' | 'assumption';
  /** What is kept beside each obligation, by its id. */
  readonly kept: ReadonlyMap<string, Kept>;
  /** Facts and obligations that are there and cannot be read: they must not stop the others, and nothing is written over them. */
  readonly unread: readonly Unread[];
}

/** Reads the facts and obligations of an incident. Throws Refused where there is none, unless the caller knows when it was opened. */
export async function readClocks(
  { table }: Pick<Work, 'table'>,
  incident: string,
  known?: { readonly openedAt: string },
): Promise<Standing> {
  const pk = partitionOf(incident);
  // The count first: what is changed while we read must not look like what we read.
  const [count, meta] = await Promise.all([changesItem.find(table, incident), incidentItem.find(table, incident)]);
  const [facts, obligations] = await Promise.all([
    table.query(pk, factItem.prefix).then(factItem.sorted),
    table.query(pk, obligationItem.prefix).then(obligationItem.sorted),
  ]);
  const openedAt = meta?.openedAt ?? known?.openedAt;
  if (!openedAt) throw new Refused(`There is no incident ${incident}.`);
  const recorded = facts.values;
  return {
    incident,
    openedAt,
    changes: count?.changes ?? 0,
    facts: recorded.length > 0 ? recorded : openingFacts(openedAt),
    on: recorded.length > 0 ? 'record' : 'assumption',
    obligations: obligations.values.map(({ obligation }) => obligation),
    kept: new Map(obligations.values.map(({ obligation, kept }) => [idOf(obligation), kept])),
    unread: [...facts.unread, ...obligations.unread],
  };
}

/** Whether people were told already, by the marks beside the obligation. One without a due time is of an older version, and counts. */
export const toldBy =
  (kept: Kept | undefined): IsTold =>
  ({ name }, dueAt) => {
    const mark = kept?.marks[name];
    return mark?.state === 'told' && (mark.dueAt ?? dueAt) === dueAt;
  };

/** Somebody filed it, and nobody has seen to it yet that the evidence is held as long as that asks for. */
export const isToBeHeld = ({ filed }: Obligation, kept: Kept | undefined): boolean =>
  filed !== undefined && !kept?.held;

/** Notes on a filed obligation that its evidence was seen to: its clock need not ring for that any more. */
export async function markHeld(
  { table, now }: Pick<Work, 'table' | 'now'>,
  incident: string,
  { regime, report }: Pick<Obligation, 'regime' | 'report'>,
): Promise<void> {
  const update = { UpdateExpression: 'SET held = :now', ExpressionAttributeValues: { ':now': now() } };
  await table.update(obligationItem.key(incident, regime, report), update);
}

/** When each of these obligations rings next: for a reminder, or once it is filed to have its evidence held. */
export const alarmsOf = ({ incident, kept }: Standing, obligations: readonly Obligation[], now: string): Alarm[] =>
  obligations.flatMap((one) => {
    const beside = kept.get(idOf(one));
    if (isToBeHeld(one, beside)) return alarmAt(incident, one, now, now);
    return alarmOf(incident, one, toldBy(beside), now) ?? [];
  });

/** Sets every field of an obligation and leaves its marks alone. */
function setting(TableName: string, incident: string, obligation: Obligation): Write {
  const { regime, report } = obligation;
  const fields = Object.entries({ v: obligationItem.v, incident, ...obligation }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    Update: {
      TableName,
      Key: obligationItem.key(incident, regime, report),
      UpdateExpression: `SET ${fields.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
    },
  };
}

/**
 * The writes that bring the record from how it stood to how it is now: new facts, and the obligations that differ. They fail together
 * when somebody changed it meanwhile. Throws Broken where something there cannot be read, rather than to write over it.
 */
export function changing(standing: Standing, facts: readonly IncidentFact[], obligations: readonly Obligation[]) {
  const { incident, changes, unread } = standing;
  const [first] = unread;
  if (first) throw new Broken(`The clocks of ${incident} were not changed. ${first.because}`);
  // What was only assumed is written down with the first change.
  const fresh = standing.on === 'assumption' ? [...standing.facts, ...facts] : facts;
  return (TableName: string): Write[] => [
    {
      Update: {
        TableName,
        Key: changesItem.key(incident),
        UpdateExpression: 'SET changes = :next, v = :v',
        ConditionExpression: changes === 0 ? 'attribute_not_exists(pk)' : 'changes = :seen',
        ExpressionAttributeValues: {
          ':next': changes + 1,
          ':v': changesItem.v,
          ...(changes > 0 && { ':seen': changes }),
        },
      },
    },
    ...fresh.map((fact) => ({ Put: { TableName, Item: factItem.item(fact, incident, fact.name, fact.n) } })),
    ...changedAmong(standing.obligations, obligations).map((one) => setting(TableName, incident, one)),
  ];
}

/** The number of the next fact. */
export const nextNumber = ({ facts }: Clocks): number => Math.max(0, ...facts.map(({ n }) => n)) + 1;
