import * as z from 'zod';
import { ClosedAs } from '../domain/closing.ts';
import { Config } from '../domain/config.ts';
import { IncidentState } from '../domain/incident.ts';
import { Sealed } from '../domain/sealed.ts';
import { Severity } from '../domain/severity.ts';
import { Threats } from '../domain/threat.ts';
import { defineItem, type Item, type Key, unversioned } from './item.ts';

/** Everything about one incident lies in one partition, but for what is looked up without knowing the incident. */
export const partitionOf = (incident: string): string => `INC#${incident}`;

/** An incident as the list of all keeps it. */
export const Listed = z.object({
  incident: z.string(),
  openedAt: z.string(),
  state: IncidentState,
  severity: z.union([Severity, z.literal('unknown')]),
  type: z.string(),
  /** ARN of what it is mainly about. */
  resource: z.string(),
  playbook: z.string(),
  /** The run about what it is mainly about. */
  run: z.string(),
});
export type Listed = z.infer<typeof Listed>;

/** The partition of the list of all incidents, in the order in which they were opened. */
export const listPartition = 'INCIDENTS';

export const listItem = defineItem({
  name: 'line of the list of incidents',
  prefix: '',
  key: (openedAt: string, id: string): Key => ({ pk: listPartition, sk: `${openedAt}#${id}` }),
  schema: Listed,
  upcasters: unversioned,
});

const StoredIncident = Listed.extend({
  /** Everything it holds: a finding about any of it joins. */
  claims: z.array(z.string()),
  /** How each run ended, by its name; `open` while it is under way. */
  ends: z.record(z.string(), IncidentState),
  /** What each run answers, by its name. */
  threats: Threats,
  /** Who reports, as configured when it was opened: the command line has no configuration. Nothing is decided by it. */
  entity: Config.shape.entity.catch(() => Config.shape.entity.parse({})),
  /** Where its newest export lies. One that cannot be read is sealed anew. */
  sealed: Sealed.optional().catch(undefined),
  /** The run that was last asked to release it, and as what the incident is closed with that. */
  releasing: z.object({ run: z.string(), as: ClosedAs.nullable() }).optional(),
});

export const incidentItem = defineItem({
  name: 'incident',
  prefix: 'META',
  key: (id: string): Key => ({ pk: partitionOf(id), sk: 'META' }),
  schema: StoredIncident,
  upcasters: {
    'from 0: it names all it claims and how its runs ended': (older: Item): Item => ({
      claims: [older.resource],
      ends: {},
      ...older,
    }),
    // Only what the incident was opened for: the others were about sessions of a chain, and are told by their ends alone.
    'from 1: it names the threats that its runs answer': (older: Item): Item => {
      const { run, playbook, type, severity, resource, claims, openedAt: at } = older;
      const idle = { of: 'finding', id: String(resource).split(/[/:]/).at(-1), asks: [], ended: null };
      const threat = { ...idle, playbook, severity, about: claims, types: { [String(type)]: at }, at };
      return { threats: { [String(run)]: threat }, ...older };
    },
  },
});
export type StoredIncident = z.infer<typeof StoredIncident>;
