import * as z from 'zod';
import { Kept, MessageRef } from './approval.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** A message that Slack did not take. The topic had it at once; Slack gets it when it answers again. */
const Missed = z.object({
  at: z.iso.datetime(),
  channel: z.enum(['main', 'escalation']),
  /** Under which message it belongs; `first`: under the first of the incident, which was missed too. */
  thread: z.union([MessageRef, z.literal('first'), z.null()]),
  message: Kept,
  rest: Kept.nullable(),
  /** The question that it is, which is posted as it stands by then. */
  question: z.object({ run: z.string(), name: z.string() }).nullable(),
});
export type Missed = z.infer<typeof Missed>;

/** What Slack has missed of an incident, in order. */
export const missedItem = defineItem({
  name: 'list of messages that Slack missed',
  prefix: 'MISSED',
  key: (incident: string): Key => ({ pk: partitionOf(incident), sk: 'MISSED' }),
  schema: z.object({ messages: z.array(Missed).default([]) }),
  upcasters: unversioned,
});
