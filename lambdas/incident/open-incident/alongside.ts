import { asDecoy, decoyTripped, tripped } from '../../../lib/domain/decoy.ts';
import { runAbout, runsAlongside } from '../../../lib/domain/finding/alongside.ts';
import { type Beside, besideRoot } from '../../../lib/domain/finding/beside-root.ts';
import { type Finding, isSequence } from '../../../lib/domain/finding/finding.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import { config } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { startRun } from '../../runtime/start-run.ts';
import { beginResponses, rulesFor } from '../begin-responses.ts';
import { mostFurther, runNameOf } from '../further-runs.ts';
import { candidatesIn } from '../sequence-candidates.ts';
import type { Claim, Claimed } from './claim.ts';
import { carried } from './first-sight.ts';

/** Begins a run about each other resource of the finding, in the same incident and by the same playbook. */
async function beginAlongside(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const runs = runsAlongside(carried(finding), incident);
  await Promise.all(runs.map(({ of, input }) => startRun(work, playbook, runNameOf({ run: id, of, playbook }), input)));
}

/** Where a finding of any kind names a decoy, that is answered too, in the same incident. A call on one has come by the desk, which knew. */
async function beginDecoy(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const decoy = playbook === decoyTripped ? null : tripped(finding, config());
  const [first] = finding.targets;
  if (!decoy || !first) return;
  const { of, input } = runAbout(asDecoy(carried(finding), decoy), first, incident);
  await startRun(work, decoyTripped, runNameOf({ run: id, of, playbook: decoyTripped }), input);
}

/** Begins what answers for the things that the root user did something to. */
async function beginBesideRoot(work: Work, { incident, id }: Run, finding: Finding): Promise<void> {
  const short = carried(finding);
  const begin = ({ one, playbook }: Beside): Promise<void> => {
    const { of, input } = runAbout(short, one, incident);
    return startRun(work, playbook, runNameOf({ run: id, of, playbook }), input);
  };
  await Promise.all(besideRoot(short).map(begin));
}

/** Begins the further runs of the incident that a finding needs. A copy of one brings nothing new. */
export async function beginOthers(work: Work, run: Run, finding: Finding, { outcome }: Claimed): Promise<void> {
  if (outcome === 'known' || outcome === 'left') return;
  const asks = outcome === 'opened' || outcome === 'further';
  await Promise.all([
    // Also where an answer about the root user covers it: that says nothing of the thing.
    beginBesideRoot(work, run, finding),
    ...(asks ? [beginAlongside(work, run, finding), beginDecoy(work, run, finding)] : []),
  ]);
}

/**
 * Begins the runs about all that the event of an attack sequence names, once the incident holds it: who acts is contained no later for what
 * GuardDuty's own finding says besides, which the run reads then (respond-for-sequence) and begins none of these twice: their names are taken.
 */
export function beginningSequence(work: Work, { run: id, finding, mode, claims }: Claim) {
  // A copy in Security Hub names ten actors at most: whom the finding itself has before them is not known yet.
  if (!isSequence(finding) || finding.source !== 'guardduty') return async () => {};
  // While it is claimed. Whoever awaits it reports its failure.
  const reading = Promise.all([rulesFor(work), mode()]);
  reading.catch(() => {});
  return async ({ outcome, incident }: Claimed): Promise<void> => {
    if (outcome !== 'opened') return;
    const [rules, now] = await reading;
    // A new incident has no other run, and nobody else holds what it could claim.
    const fresh = { threats: {}, room: mostFurther, holders: new Map(), held: claims };
    const known = { incident, partition: finding.partition, now: work.now(), rules, ...fresh };
    const run = { id, incident, mode: now };
    await beginResponses(work, { run, finding: carried(finding), known }, candidatesIn(finding));
  };
}
