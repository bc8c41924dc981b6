import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** Which incidents were contained in an hour without asking anybody: in one account, or in `all`. */
export const breakerItem = defineItem({
  name: 'count of the circuit breaker',
  prefix: '',
  key: (hour: string, scope: string): Key => ({ pk: `BREAKER#${hour}`, sk: scope }),
  schema: z.object({ incidents: z.set(z.string()) }),
  upcasters: unversioned,
});
