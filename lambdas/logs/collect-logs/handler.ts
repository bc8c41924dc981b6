import { type Kind, kinds, rowSentence } from '../../../lib/domain/logs.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import { accessLogs } from './access-logs.ts';
import { firstLook, rowAgain } from './again.ts';
import { audit } from './audit.ts';
import { balancers } from './balancers.ts';
import { compute } from './compute.ts';
import { database } from './database.ts';
import { type Context, roomNow } from './files.ts';
import { kubernetes } from './kubernetes.ts';
import { network } from './network.ts';
import { type Found, found as foundOf, type Span, spanOf } from './plan.ts';
import { resolver } from './resolver.ts';
import { collectLogs, type LogsCollected } from './step.ts';
import { asOne, type Rows } from './taken.ts';

/** Whatever happens to one kind must not cost the others, nor the run: it is a row of the table. */
async function told(which: readonly Kind[], look: Promise<Rows>): Promise<Rows> {
  try {
    return await look;
  } catch (error) {
    const words = `could not be looked at: ${sentence(error)}`;
    const state = isDenied(error) ? 'denied' : 'gap';
    return { rows: which.map((kind) => foundOf(kind, state, words, { trouble: [words] })), sealed: [] };
  }
}

const worth = ['available', 'gap', 'denied', 'not enabled'] as const;
const byWorth = (one: Found, other: Found): number => worth.indexOf(one.state) - worth.indexOf(other.state);

/** One row a kind, in their order. Flow logs come before what else there is of a network; of storage each log is one by itself. */
function table(all: readonly Found[], span: Span): Found[] {
  return kinds.flatMap((kind) => {
    const rows = all.filter((row) => row.kind === kind);
    return asOne(kind === 'storage' ? rows.toSorted(byWorth) : rows, span);
  });
}

/** Looks for all seven kinds of logs, seals what concerns the incident, and says of each kind what there is. */
export async function collect(context: Context): Promise<LogsCollected> {
  const { run, finding, now } = context;
  const first = context.earlier ? firstLook(context.earlier) : null;
  const whole = spanOf(finding, run.openedAt, now());
  const [span, room] = [first ? { ...whole, earlier: first } : whole, roomNow()];
  const all = await Promise.all([
    told(['audit', 'key', 'storage'], audit(context, span, room)),
    told(['storage'], accessLogs(context, span, room)),
    told(['network'], network(context, span, room)),
    told(['network'], resolver(context, span, room)),
    told(['network'], balancers(context, span, room)),
    told(['compute'], compute(context, span, room)),
    told(['database'], database(context, span, room)),
    told(['kubernetes'], kubernetes(context, span, room)),
  ]);
  const found = table(
    all.flatMap((one) => one.rows),
    span,
  );
  const rows = first ? found.map((row) => rowAgain(row, span, first)) : found;
  const trouble = rows.flatMap(({ kind, trouble: own }) => own.map((what) => `${kind}: ${what}`));
  const evidence = all.flatMap(({ sealed }) => sealed);
  const missing = rows.filter(({ state }) => state !== 'available');
  const gaps = missing.map((row) => ({ kind: 'logs', because: rowSentence(row) }));
  const logs = rows.map(({ trouble: _, ...row }) => row);
  const because = trouble.length > 0 ? { because: trouble.join('; ') } : {};
  const recent = all.flatMap((one) => one.recent ?? []);
  const result = { evidence, gaps, logs, recent, ...because };
  if (run.mode === 'observe') return { outcome: 'would-record', ...result };
  return { outcome: trouble.length > 0 ? 'partly-recorded' : 'recorded', ...result };
}

export const handler = serveStep(collectLogs, collect);
