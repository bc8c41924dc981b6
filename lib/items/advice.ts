import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** A finding people were advised about, by which run; or one that we raised ourselves, and in which incident. */
export const adviceItem = defineItem({
  name: 'advice',
  prefix: 'ADVICE',
  key: (finding: string): Key => ({ pk: `ADVICE#${finding}`, sk: 'ADVICE' }),
  schema: z.object({
    at: z.string(),
    run: z.string().optional(),
    finding: z.unknown().optional(),
    incident: z.string().optional(),
  }),
  upcasters: unversioned,
});
