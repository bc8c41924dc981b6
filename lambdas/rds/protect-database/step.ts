import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { clusterArns, instanceArns } from '../database.ts';
import { Database } from '../kinds.ts';

/** Deletion protection of the cluster, or of an instance by itself. */
export const Protection = z.object({ protection: z.enum(['on', 'off']) });
export type Protection = z.infer<typeof Protection>;

export const protectDatabase = defineLever({
  name: 'protect-database',
  title: 'Protect the database from deletion',
  phase: 'preserve',
  csf: 'RS.MI-01',
  effect: 'The database cannot be deleted until the protection is removed; nobody who uses it notices.',
  undo: 'The protection is set as it was.',
  stands: { held: 'protected from deletion', open: 'can be deleted' },
  target: Database,
  beforeState: Protection,
  look: [allow('rds:DescribeDBInstances', instanceArns), allow('rds:DescribeDBClusters', clusterArns)],
  apply: {
    permissions: [allow('rds:ModifyDBInstance', instanceArns), allow('rds:ModifyDBCluster', clusterArns)],
    within: 60,
  },
  release: {
    permissions: [allow('rds:ModifyDBInstance', instanceArns), allow('rds:ModifyDBCluster', clusterArns)],
    within: 60,
  },
});
