import { type Handover, handoverOf } from '../../../lib/domain/finding/chained.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import { chained } from '../../../lib/routing/route.ts';
import { hashOf } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { startRun } from '../../runtime/start-run.ts';
import { nameOf } from './plan.ts';
import type { Found } from './walk.ts';

interface Incident {
  readonly run: Run;
  readonly finding: Finding | null;
  readonly region: string;
}

const handover = ({ run, finding, region }: Incident, found: Found): Handover => ({
  incident: run.incident,
  finding: finding?.key ?? run.id,
  severity: finding?.severity ?? null,
  region,
  role: found.role,
  roleId: found.roleId,
  session: found.session,
  account: found.account ?? '',
  key: found.key,
  at: found.at || null,
  depth: found.depth,
});

/**
 * Begins a run about each session. Its name follows from the incident and the session, and Step Functions takes a name once in 90 days
 * (StartExecution API): a replay, and a later look from further down the chain, begin no second one. Throws the first failure once all were tried.
 */
export async function start(work: Work, incident: Incident, sessions: readonly Found[]): Promise<void> {
  const begin = (found: Found): Promise<void> => {
    const name = `chain-${hashOf([incident.run.incident, nameOf(found)]).slice(0, 32)}`;
    return startRun(work, chained, name, handoverOf(handover(incident, found)));
  };
  const begun = await Promise.allSettled(sessions.map(begin));
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
