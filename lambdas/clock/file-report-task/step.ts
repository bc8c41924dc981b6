import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Target } from '../../targets/target.ts';

export const ReportTaskFiled = z.object({
  outcome: z.enum(['filed', 'would-file', 'none-due']),
  /** The draft for people to read; its twin for programs lies beside it in `evidence`. */
  draft: Custody.nullable(),
  evidence: z.array(Custody),
  dueAt: z.iso.datetime().nullable(),
});
export type ReportTaskFiled = z.infer<typeof ReportTaskFiled>;

export const fileReportTask = defineStep({
  name: 'file-report-task',
  title: 'Draft the report and file the report task',
  phase: 'inform',
  csf: 'RS.CO-03',
  effect: 'Puts a draft of the eight items into the vault and posts a task for people, with its due time.',
  target: Target,
  result: ReportTaskFiled,
  outcomes: { filed: 'good', 'would-file': 'observed', 'none-due': 'good' },
  within: 30,
  hub: ['read-incident', 'vault', 'slack', 'notify'],
  permissions: [],
});
