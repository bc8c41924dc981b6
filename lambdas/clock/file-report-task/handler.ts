import type { Custody } from '../../../lib/domain/custody.ts';
import { draftReport } from '../../../lib/domain/report/report.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { knownFrom, reportKinds } from '../../../lib/record/known.ts';
import { reportPage } from '../../../lib/record/report-page.ts';
import { tell } from '../../runtime/channels.ts';
import { config } from '../../runtime/environment.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import { type Target, targetArn } from '../../targets/target.ts';
import { taskDetails, taskMessage } from './message.ts';
import { earliestDue, openAmong } from './plan.ts';
import { fileReportTask, type ReportTaskFiled } from './step.ts';

/** Seals one form of the draft. A later draft becomes a new version, and both stay. */
function keep(context: StepContext<Target>, name: string, text: string): Promise<Custody> {
  const { target, run } = context;
  const { account, region } = target;
  const where = { incident: run.incident, source: targetArn(target), account, region };
  return seal(context, { ...where, kind: 'report-draft', name, body: Buffer.from(text) });
}

export async function file(context: StepContext<Target>): Promise<ReportTaskFiled> {
  const { target, run, table, now } = context;
  const read = await Promise.all(reportKinds.map((kind) => table.query(partitionOf(run.incident), kind)));
  const { incident, openedAt } = run;
  const { account, region } = target;
  const about = { incident, openedAt, resource: targetArn(target), account, region };
  const known = knownFrom(read.flat(), about, config(), now());
  const dueAt = earliestDue(known.obligations);
  if (openAmong(known.obligations).length === 0) return { outcome: 'none-due', draft: null, evidence: [], dueAt };
  if (run.mode === 'observe') return { outcome: 'would-file', draft: null, evidence: [], dueAt };
  const report = draftReport(known);
  const [draft, data] = await Promise.all([
    keep(context, 'report-draft.md', reportPage(report)),
    keep(context, 'report-draft.json', JSON.stringify(report, null, 2)),
  ]);
  const task = { report, uri: draft.uri, resource: known.resource, now: known.now };
  await tell(context, taskMessage(task), { rest: taskDetails(task), incident: run.incident });
  return { outcome: 'filed', draft, evidence: [draft, data], dueAt };
}

export const handler = serveStep(fileReportTask, file);
