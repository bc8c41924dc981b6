import * as z from 'zod';
import { arn } from '../../../lib/domain/resource.ts';
import { defineTarget } from '../../../lib/domain/target.ts';
import { AnyDatabase, anyDatabase, DatabaseId, reads, refusesUnread, unread } from '../database.ts';

/** A cluster of Aurora, or a Multi-AZ DB cluster. */
export const DbCluster = AnyDatabase.extend({ kind: z.literal('db-cluster') });
export type DbCluster = z.infer<typeof DbCluster>;

export const dbCluster = defineTarget(DbCluster)({
  kind: 'db-cluster',
  title: 'database cluster',
  arn: (target) => arn(target, 'rds', `cluster:${target.id}`),
  // A shard group of Aurora Limitless goes by the same kind, and is no cluster of its own: people are asked about it.
  from: ({ kind, id, arn: own }, { place, now }) =>
    kind === 'db-cluster' && !own?.includes(':shard-group:') && DatabaseId.safeParse(id).success
      ? { ...place, ...unread, kind, id, seenAt: now, tags: {} }
      : null,
  suspects: () => [],
  refuses: refusesUnread,
  any: (place) => ({ ...anyDatabase(place), kind: 'db-cluster' }),
  reads,
});
