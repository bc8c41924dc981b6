import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { clusterArns, instanceArns } from '../database.ts';
import { Database } from '../kinds.ts';

export const measureDatabase = defineStep({
  name: 'measure-database',
  title: 'Measure who uses the database',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: how it is reached, and how many connections it has.',
  target: Database,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('rds:DescribeDBInstances', instanceArns),
    allow('rds:DescribeDBClusters', clusterArns),
    allow('cloudwatch:GetMetricStatistics'),
  ],
});
