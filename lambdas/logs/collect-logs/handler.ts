import { type Kind, kinds, rowSentence } from '../../../lib/domain/logs.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import { audit, type Rows } from './audit.ts';
import { type Context, roomNow } from './files.ts';
import { network } from './network.ts';
import { compute, database, kubernetes } from './others.ts';
import { type Found, found, spanOf } from './plan.ts';
import { collectLogs, type LogsCollected } from './step.ts';

/** Whatever happens to one kind must not cost the others, nor the run: it is a row of the table. */
async function told(which: readonly Kind[], look: Promise<Rows>): Promise<Rows> {
  try {
    return await look;
  } catch (error) {
    const words = `could not be looked at: ${sentence(error)}`;
    const state = isDenied(error) ? 'denied' : 'gap';
    return { rows: which.map((kind) => found(kind, state, words, { trouble: [words] })), sealed: [] };
  }
}

const byKind = (one: Found, other: Found): number => kinds.indexOf(one.kind) - kinds.indexOf(other.kind);

/** Looks for all seven kinds of logs, seals what concerns the incident, and says of each kind what there is. */
export async function collect(context: Context): Promise<LogsCollected> {
  const { run, finding, now } = context;
  const [span, room] = [spanOf(finding, run.openedAt, now()), roomNow()];
  const all = await Promise.all([
    told(['audit', 'key', 'storage'], audit(context, span, room)),
    told(['network'], network(context, span, room)),
    told(['compute'], compute(context)),
    told(['database'], database(context)),
    told(['kubernetes'], kubernetes(context)),
  ]);
  const rows = all.flatMap((one) => one.rows).toSorted(byKind);
  const trouble = rows.flatMap(({ kind, trouble: own }) => own.map((what) => `${kind}: ${what}`));
  const evidence = all.flatMap(({ sealed }) => sealed);
  const missing = rows.filter(({ state }) => state !== 'available');
  const gaps = missing.map((row) => ({ kind: 'logs', because: rowSentence(row) }));
  const logs = rows.map(({ trouble: _, ...row }) => row);
  const because = trouble.length > 0 ? { because: trouble.join('; ') } : {};
  if (run.mode === 'observe') return { outcome: 'would-record', evidence, gaps, logs, ...because };
  return { outcome: trouble.length > 0 ? 'partly-recorded' : 'recorded', evidence, gaps, logs, ...because };
}

export const handler = serveStep(collectLogs, collect);
