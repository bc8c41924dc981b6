import { asDecoy, decoyTripped, tripped } from '../../../lib/domain/decoy.ts';
import { runAbout, runsAlongside } from '../../../lib/domain/finding/alongside.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import { config } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { startRun } from '../../runtime/start-run.ts';
import { runNameOf } from '../further-runs.ts';
import { carried } from './first-sight.ts';

/** Begins a run about each other resource of the finding, in the same incident and by the same playbook. */
export async function beginAlongside(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const runs = runsAlongside(carried(finding), incident);
  await Promise.all(runs.map(({ of, input }) => startRun(work, playbook, runNameOf({ run: id, of, playbook }), input)));
}

/** Where a finding of any kind names a decoy, that is answered too, in the same incident. A call on one has come by the desk, which knew. */
export async function beginDecoy(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const decoy = playbook === decoyTripped ? null : tripped(finding, config());
  const [first] = finding.targets;
  if (!decoy || !first) return;
  const { of, input } = runAbout(asDecoy(carried(finding), decoy), first, incident);
  await startRun(work, decoyTripped, runNameOf({ run: id, of, playbook: decoyTripped }), input);
}
