import * as z from 'zod';
import { Custody } from '../../lib/domain/custody.ts';
import { Instance } from '../../lib/domain/resource.ts';
import { defineStep } from '../../lib/domain/step.ts';

export const ReportTaskFiled = z.object({
  outcome: z.enum(['filed', 'would-file', 'none-due']),
  draft: Custody.nullable(),
  dueAt: z.iso.datetime().nullable(),
});

export const fileReportTask = defineStep({
  name: 'file-report-task',
  title: 'Draft the report and file the report task',
  phase: 'inform',
  csf: 'RS.CO-03',
  effect: 'A draft of the eight items in the vault and a task for people, with its due time.',
  target: Instance,
  result: ReportTaskFiled,
  within: 30,
  hub: ['read-incident', 'vault', 'slack', 'notify'],
  permissions: [],
});
