import * as z from 'zod';
import { Finding } from '../domain/finding/finding.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** A finding that opened the incident or joined it, as it was seen last. */
export const findingItem = defineItem({
  name: 'finding',
  prefix: 'FINDING#',
  key: (incident: string, finding: string): Key => ({ pk: partitionOf(incident), sk: `FINDING#${finding}` }),
  schema: z.object({
    finding: Finding,
    receivedAt: z.string(),
    /** The run that came with it first; items of earlier versions have none. */
    run: z.string().optional(),
  }),
  upcasters: unversioned,
});
