import { runsAlongside } from '../../../lib/domain/finding/alongside.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { startRun } from '../../runtime/start-run.ts';
import { runNameOf } from '../further-runs.ts';
import { carried } from './first-sight.ts';

/** Begins a run about each other resource of the finding, in the same incident and by the same playbook. */
export async function beginAlongside(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const runs = runsAlongside(carried(finding), incident);
  await Promise.all(runs.map(({ of, input }) => startRun(work, playbook, runNameOf({ run: id, of, playbook }), input)));
}
