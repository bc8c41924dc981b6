import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** The partition of the incident table with how the detectors of GuardDuty were at the last daily check. */
export const detectorsPartition = 'DETECTORS';

/** GuardDuty in one account and Region. */
export const Detector = z.object({
  account: z.string(),
  region: z.string(),
  /** `off`: there is none, or it is suspended. */
  seen: z.enum(['on', 'off']),
  seenAt: z.string(),
});
export type Detector = z.infer<typeof Detector>;

export const detectorItem = defineItem({
  name: 'look at a detector',
  prefix: '',
  key: (account: string, region: string): Key => ({ pk: detectorsPartition, sk: `${account}#${region}` }),
  schema: Detector,
  upcasters: unversioned,
});
