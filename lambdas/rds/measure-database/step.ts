import * as z from 'zod';
import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { clusterArns, instanceArns, secretArns } from '../database.ts';
import { Database } from '../kinds.ts';

/** With what may be changed for good: the password of the master user, where RDS manages it. */
export const DatabaseMeasured = Measured.extend({
  removable: Removable,
  /** The version of its secret that is current; null where RDS manages none, or that could not be read. */
  version: z.string().nullable(),
});
export type DatabaseMeasured = z.infer<typeof DatabaseMeasured>;

export const measureDatabase = defineStep({
  name: 'measure-database',
  title: 'Measure who uses the database',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: how it is reached, how many connections it has, who keeps the password of its master user, whether an activity stream tells what was queried, and which backups there are.',
  target: Database,
  result: DatabaseMeasured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('rds:DescribeDBInstances', instanceArns),
    allow('rds:DescribeDBClusters', clusterArns),
    allow('cloudwatch:GetMetricStatistics'),
    allow('secretsmanager:DescribeSecret', secretArns),
    allow('backup:ListRecoveryPointsByResource'),
  ],
});
