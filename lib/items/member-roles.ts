import * as z from 'zod';
import { defineItem, type Key, unversioned } from './item.ts';

/** The partition of the incident table with the version of the roles in each account besides the hub. */
export const membersPartition = 'MEMBERS';

/** Of which version the roles of an account were at the last daily check. */
export const MemberRoles = z.object({
  account: z.string(),
  /** Null where they carry none, or could not be read. */
  version: z.string().nullable(),
  /** What the hub needed then. */
  needed: z.string(),
  /** Why they could not be read; empty where they were. */
  because: z.string(),
  readAt: z.string(),
});
export type MemberRoles = z.infer<typeof MemberRoles>;

export const memberRolesItem = defineItem({
  name: 'version of the roles of an account',
  prefix: '',
  key: (account: string): Key => ({ pk: membersPartition, sk: account }),
  schema: MemberRoles,
  upcasters: unversioned,
});
