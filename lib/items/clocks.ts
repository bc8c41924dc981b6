import * as z from 'zod';
import { IncidentFact } from '../domain/clock/incident-fact.ts';
import { Obligation } from '../domain/clock/obligation.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Item, type Key, unversioned } from './item.ts';

/** How far a reminder has come, and of which due time it spoke; one without a due time is of an older version, and counts. */
const Mark = z.object({ state: z.enum(['telling', 'told']), at: z.string(), dueAt: z.string().nullish() });
export type Mark = z.infer<typeof Mark>;

const markPrefix = 'reminded#';

/** The attribute that keeps how far the reminder of this name has come. */
export const markName = (reminder: string): string => `${markPrefix}${reminder}`;

/** What is kept beside an obligation: marks of its reminders by their names, and when its evidence was seen to. */
const Kept = z.object({ marks: z.record(z.string(), Mark), held: z.string().nullable() });
export type Kept = z.infer<typeof Kept>;

/** Marks are attributes of their own, so that two reminders are taken one apart from the other. */
function apart(item: Item) {
  const marks = Object.entries(item).filter(([name]) => name.startsWith(markPrefix));
  const named = marks.map(([name, mark]) => [name.slice(markPrefix.length), mark]);
  return { obligation: item, kept: { marks: Object.fromEntries(named), held: item.held ?? null } };
}

export const obligationItem = defineItem({
  name: 'obligation',
  prefix: 'OBLIGATION#',
  key: (incident: string, regime: string, report: string): Key => ({
    pk: partitionOf(incident),
    sk: `OBLIGATION#${regime}#${report}`,
  }),
  schema: z
    .record(z.string(), z.unknown())
    .transform(apart)
    .pipe(z.object({ obligation: Obligation, kept: Kept })),
  upcasters: unversioned,
});

/** What a person or Tourniquet recorded, and since when it is so. */
export const factItem = defineItem({
  name: 'fact',
  prefix: 'FACT#',
  key: (incident: string, name: string, n: number): Key => ({ pk: partitionOf(incident), sk: `FACT#${name}#${n}` }),
  schema: IncidentFact,
  upcasters: unversioned,
});

/** How often facts or obligations were changed by a person: whoever decides about them decides on what is really there. */
export const changesItem = defineItem({
  name: 'count of changes to the clocks',
  prefix: 'CLOCKS',
  key: (incident: string): Key => ({ pk: partitionOf(incident), sk: 'CLOCKS' }),
  schema: z.object({ changes: z.int() }),
  upcasters: unversioned,
});
