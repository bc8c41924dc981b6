import { runAbout } from '../../lib/domain/finding/alongside.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Run } from '../../lib/domain/incident.ts';
import { claimOf } from '../../lib/domain/named.ts';
import { claimItem } from '../../lib/items/claim.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import { config } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';
import { breakGlassAnywhere, unreadable } from '../runtime/settings.ts';
import { startRun } from '../runtime/start-run.ts';
import { furtherOf, mostFurther, runNameOf } from './further-runs.ts';
import { ownDeployment } from './own-deployment.ts';
import { type Answered, type Candidate, type Known, type Start, sorted } from './responses.ts';
import type { Rules } from './untouchable.ts';

/** What no run begins about, whichever incident it is. */
export async function rulesFor({ settings }: Pick<Work, 'settings'>): Promise<Rules> {
  // Where nobody can read them, those of the deployment are the least that is never touched; open-incident asks people then.
  const breakGlass = await breakGlassAnywhere({ settings }).catch((thrown: unknown) => {
    unreadable(thrown);
    return config().breakGlass;
  });
  return { ...ownDeployment(), breakGlass, management: config().organizationAdmin?.management };
}

/** Which open incident holds each of these. */
async function holdersOf({ table }: Pick<Work, 'table'>, claims: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all(claims.map((claim) => claimItem.find(table, claim)));
  return new Map(
    claims.flatMap((claim, at) => {
      const held = found[at];
      return held?.state === 'open' ? [[claim, held.incident] as const] : [];
    }),
  );
}

/** What decides about these. Who reads it before all of them are known has the others looked up alone. */
export async function knownAbout(
  work: Work,
  run: Pick<Run, 'incident'>,
  { partition }: Pick<Finding, 'partition'>,
  candidates: readonly Candidate[],
): Promise<Known> {
  const { table } = work;
  const [rules, incident, holders] = await Promise.all([
    rulesFor(work),
    incidentItem.find(table, run.incident),
    holdersOf(
      work,
      candidates.map(({ one }) => claimOf(one, partition)),
    ),
  ]);
  const taken = incident ? furtherOf(incident).length : 0;
  const threats = incident?.threats ?? {};
  const room = Math.max(0, mostFurther - taken);
  const held = incident?.claims ?? [];
  return { incident: run.incident, partition, now: work.now(), rules, threats, room, holders, held };
}

/** The same, with who holds these too. */
async function completed(work: Work, known: Known, more: readonly Candidate[]): Promise<Known> {
  const claims = more.map(({ one }) => claimOf(one, known.partition)).filter((one) => !known.held.includes(one));
  if (claims.length === 0) return known;
  const holders = await holdersOf(work, claims);
  return { ...known, holders: new Map([...known.holders, ...holders]) };
}

/** Runs that begin at the same moment: what is first in the list is asked about first. */
const atOnce = 5;

interface About {
  readonly run: Pick<Run, 'id' | 'incident' | 'mode'>;
  readonly finding: Finding;
  /** What was read before; it lacks at most who holds what the incident does not. */
  readonly known?: Known;
  /** What has to be done before the first run begins; it need not wait for what is read here. */
  readonly ready?: Promise<void>;
}

/** Begins a run about each that has none yet, in the order given, as far as the incident takes them; what becomes of each. */
export async function beginResponses(
  work: Work,
  { run, finding, known: before, ready }: About,
  candidates: readonly Candidate[],
): Promise<Answered[]> {
  const reading = before ? completed(work, before, candidates) : knownAbout(work, run, finding, candidates);
  const [known] = await Promise.all([reading, ready]);
  const { starts, answered } = sorted(candidates, known);
  if (run.mode === 'observe') return [...answered];
  const begin = ({ one, playbook }: Start): Promise<void> => {
    const { of, input } = runAbout(finding, one, run.incident);
    return startRun(work, playbook, runNameOf({ run: run.id, of, playbook }), input);
  };
  for (let at = 0; at < starts.length; at += atOnce) {
    const begun = await Promise.allSettled(starts.slice(at, at + atOnce).map(begin));
    // All of these are tried before one that failed holds up the step, which comes again.
    const failed = begun.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }
  return [...answered];
}
