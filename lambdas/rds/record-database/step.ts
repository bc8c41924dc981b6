import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { clusterArns, instanceArns } from '../database.ts';
import { Database } from '../kinds.ts';

export const recordDatabase = defineStep({
  name: 'record-database',
  title: 'Record the logs and the description of the database',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only; hashed and sealed in the evidence vault: the settings, and the log files written since a day before the first sign, newest first.',
  target: Database,
  result: Recorded,
  outcomes: recordedOutcomes,
  within: 300,
  hub: ['vault'],
  permissions: [
    allow('rds:DescribeDBInstances', instanceArns),
    allow('rds:DescribeDBClusters', clusterArns),
    allow('rds:DescribeDBLogFiles', instanceArns),
    allow('rds:DownloadDBLogFilePortion', instanceArns),
  ],
});
