import * as z from 'zod';
import { arn } from '../../../lib/domain/resource.ts';
import { defineTarget } from '../../../lib/domain/target.ts';
import { AnyDatabase, anyDatabase, DatabaseId, reads, refusesUnread, unread } from '../database.ts';

/** A DB instance, by itself or of a cluster. */
export const DbInstance = AnyDatabase.extend({ kind: z.literal('db-instance') });
export type DbInstance = z.infer<typeof DbInstance>;

export const dbInstance = defineTarget(DbInstance)({
  kind: 'db-instance',
  title: 'database',
  arn: (target) => arn(target, 'rds', `db:${target.id}`),
  from: ({ kind, id }, { place, now }) =>
    kind === 'db-instance' && DatabaseId.safeParse(id).success
      ? { ...place, ...unread, kind, id, seenAt: now, tags: {} }
      : null,
  suspects: () => [],
  refuses: refusesUnread,
  any: (place) => ({ ...anyDatabase(place), kind: 'db-instance' }),
  reads,
});
