import * as z from 'zod';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** What stood there before a run removed something for good. Its step parses `seen`. */
export const removalItem = defineItem({
  name: 'look before a removal',
  prefix: 'REMOVAL#',
  key: (incident: string, run: string, step: string): Key => ({
    pk: partitionOf(incident),
    sk: `REMOVAL#${step}#${run}`,
  }),
  schema: z.object({ step: z.string(), seen: z.unknown(), at: z.string() }),
  upcasters: unversioned,
});
