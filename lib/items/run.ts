import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** Whose run an execution is, by the name of its sessions: CloudTrail and findings show those. */
export const runItem = defineItem({
  name: 'run',
  prefix: 'RUN',
  key: (session: string): Key => ({ pk: `RUN#${session}`, sk: 'RUN' }),
  /** `at`: when it began; runs of earlier versions do not say. */
  schema: z.object({ incident: z.string(), at: z.iso.datetime().optional() }),
  upcasters: unversioned,
});
