import * as z from 'zod';
import { heardPartition } from '../domain/heartbeat.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** When the forwarder of an account in a Region was heard last, and what people were told about it. */
export const Heard = z.object({
  account: z.string(),
  region: z.string(),
  /** Null where it is expected and was never heard. */
  heardAt: z.string().nullable(),
  /** When people were last told that it is silent; null while it is not. */
  toldAt: z.string().nullable().default(null),
  /** Events in its dead-letter queue, as people were last told. */
  letters: z.int().default(0),
});
export type Heard = z.infer<typeof Heard>;

export const heardItem = defineItem({
  name: 'heartbeat of a forwarder',
  prefix: '',
  key: (account: string, region: string): Key => ({ pk: heardPartition, sk: `${account}#${region}` }),
  schema: Heard,
  upcasters: unversioned,
});
