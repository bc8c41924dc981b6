import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** Which runs the circuit breaker has let go ahead without a question in an hour: in one account, or in `all`. Earlier versions counted incidents, hence the name. */
export const breakerItem = defineItem({
  name: 'count of the circuit breaker',
  prefix: '',
  key: (hour: string, scope: string): Key => ({ pk: `BREAKER#${hour}`, sk: scope }),
  schema: z.object({ incidents: z.set(z.string()) }),
  upcasters: unversioned,
});
