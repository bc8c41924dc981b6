import type { Custody } from '../../lib/domain/custody.ts';
import { draftReport } from '../../lib/domain/report.ts';
import { type Target, targetArn } from '../../lib/domain/target.ts';
import { tell } from '../runtime/channels.ts';
import { config } from '../runtime/environment.ts';
import { type StepContext, serveStep } from '../runtime/serve-step.ts';
import { seal } from '../runtime/vault.ts';
import { taskMessage } from './message.ts';
import { page } from './page.ts';
import { earliestDue, knownFrom } from './plan.ts';
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
  // Before-states, approvals and their task tokens stay unread: no report needs them.
  const read = await Promise.all(
    ['FINDING#', 'LEDGER#', 'OBLIGATION#'].map((kind) => table.query(`INC#${run.incident}`, kind)),
  );
  const known = knownFrom(read.flat(), run, target, config(), now());
  const dueAt = earliestDue(known.obligations);
  if (!dueAt) return { outcome: 'none-due', draft: null, evidence: [], dueAt };
  if (run.mode === 'observe') return { outcome: 'would-file', draft: null, evidence: [], dueAt };
  const report = draftReport(known);
  const [draft, data] = await Promise.all([
    keep(context, 'report-draft.md', page(report)),
    keep(context, 'report-draft.json', JSON.stringify(report, null, 2)),
  ]);
  await tell(context, taskMessage({ report, uri: draft.uri, resource: known.resource, now: known.now }));
  return { outcome: 'filed', draft, evidence: [draft, data], dueAt };
}

export const handler = serveStep(fileReportTask, file);
