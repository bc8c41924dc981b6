import * as z from 'zod';
import { partitionOf } from './incident.ts';
import { defineItem, type Item, type Key } from './item.ts';

/** A target with its facts. Only its lever knows its kind whole; here it is for people. */
export const Facts = z.looseObject({ kind: z.string(), id: z.string() });

const BeforeState = z.object({
  step: z.string(),
  title: z.string(),
  phase: z.enum(['preserve', 'contain']),
  effect: z.string(),
  undo: z.string(),
  /** ARN of the target. */
  of: z.string(),
  target: Facts,
  /** What stood there, and what the lever meant to make of it: both are parsed by the lever before they are acted on. */
  before: z.unknown(),
  ours: z.unknown(),
  /** SHA-256 of `before` as canonical JSON (RFC 8785). */
  hash: z.string(),
  takenAt: z.string(),
  releasedAt: z.string().nullable(),
  /** The run that has begun to release, so that its replay knows its own traces. */
  releaseBegun: z.string().optional(),
});
export type BeforeState = z.infer<typeof BeforeState>;

const Quarantined = z.object({
  interfaces: z.record(z.string(), z.object({ elasticIp: z.object({ allocation: z.string() }).nullable() })),
});

/** A quarantine takes every Elastic IP away; it did so before it looked at addresses by themselves. Of others, as it was written. */
function oursOf({ step, before, ours }: Item): unknown {
  const { data } = Quarantined.safeParse(before);
  if (step !== 'quarantine-interfaces' || !data || 'addresses' in z.looseObject({}).parse(before)) return ours;
  const taken = Object.values(data.interfaces).flatMap(({ elasticIp }) => (elasticIp ? [elasticIp.allocation] : []));
  return { ...z.looseObject({}).parse(ours), addresses: Object.fromEntries(taken.map((id) => [id, null])) };
}

/** What stood before one lever changed one target: an incident may hold the same lever on several. */
export const beforeStateItem = defineItem({
  name: 'before-state',
  prefix: 'BEFORE#',
  key: (incident: string, step: string, of: string): Key => ({
    pk: partitionOf(incident),
    sk: `BEFORE#${step}#${of}`,
  }),
  schema: BeforeState,
  upcasters: {
    'from 0: its target, which was only in its key, and the addresses that a quarantine removes': (
      older: Item,
    ): Item => ({
      ...older,
      of: String(older.sk).slice(`BEFORE#${older.step}#`.length),
      ours: oursOf(older),
    }),
  },
});
