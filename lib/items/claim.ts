import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** Which incident holds a resource; a closed claim holds nothing. */
export const claimItem = defineItem({
  name: 'claim',
  prefix: 'CLAIM',
  key: (resourceArn: string): Key => ({ pk: `RESOURCE#${resourceArn}`, sk: 'CLAIM' }),
  schema: z.object({ incident: z.string(), run: z.string(), state: z.enum(['open', 'closed']) }),
  upcasters: unversioned,
});
