import { Transient } from '../../../lib/domain/errors.ts';
import type { Threat } from '../../../lib/domain/threat.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { incidentItem, type StoredIncident } from '../../../lib/items/incident.ts';
import { runItem } from '../../../lib/items/run.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { type Claim, type Claimed, claimResource, itemOf, threatOf } from './claim.ts';
import { changing, relisting } from './join.ts';

/** Further targets that one incident takes: each asks people a question of its own, and more of them nobody answers one by one. */
const mostFurther = 20;
/** Runs that join one incident at the same moment before we give the turn back to Step Functions. */
const patience = 30;

/** What the incident holds from now on: the session too, as a run of its own that has not ended. */
function writes(claim: Claim, of: Threat['of'], incident: string, meta: StoredIncident) {
  const { run } = claim;
  // Of a finding about several, all were claimed at once when it opened the incident. A session that is claimed has a run already.
  const claims = of === 'chain' ? claim.claims : claim.claims.filter((one) => !meta.claims.includes(one));
  const state = 'open' as const;
  const ends = { ...meta.ends, [run]: state };
  const threats = { ...meta.threats, [run]: threatOf(claim, of) };
  return (TableName: string): Write[] => [
    ...claims.map((one) => claimResource(one, { incident, run })(TableName)),
    changing(incident, meta, { state, ends, threats }, claims)(TableName),
    relisting(incident, meta, { state, severity: meta.severity })(TableName),
    { Put: { TableName, Item: itemOf(claim, incident) } },
    { Put: { TableName, Item: runItem.item({ incident, at: claim.openedAt }, sessionName(run)) } },
  ];
}

const left = (incident: string, because: string): Claimed => ({ outcome: 'left', incident, because });

/** Why the incident takes no further session; null when it does. */
function closed(meta: StoredIncident, incident: string, run: string): string | null {
  if (meta.state === 'released' || meta.state === 'closed') return `incident ${incident} is ${meta.state}`;
  const others = Object.keys(meta.ends).filter((one) => one !== run && meta.threats[one]?.of !== 'finding');
  if (others.length < mostFurther) return null;
  return `incident ${incident} already has ${mostFurther} further targets: contain the others by hand; of sessions, revoke all of their roles`;
}

/**
 * Takes a session that was found down the chain of roles for the incident it was found in. Nothing is opened: the run becomes a further one
 * of that incident, about the session alone, with a question and before-states of its own.
 */
export async function claimFurther(work: Work, claim: Claim, of: Threat['of'], incident: string): Promise<Claimed> {
  for (let turn = 1; turn <= patience; turn++) {
    const claimed = await attempt(work, claim, of, incident);
    if (claimed) return claimed;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * turn));
  }
  throw new Transient(`The record of ${incident} is busy.`);
}

/** Null where somebody else has changed the incident's record meanwhile. */
async function attempt(work: Work, claim: Claim, of: Threat['of'], incident: string): Promise<Claimed | null> {
  const { run, finding, raw } = claim;
  const meta = await incidentItem.find(work.table, incident);
  if (!meta) return left(incident, `there is no incident ${incident}`);
  const because = closed(meta, incident, run);
  if (because) return left(incident, because);
  const added: Claimed = { outcome: 'added', incident, openedAt: meta.openedAt };
  if (meta.threats[run]) return added;
  const detail = { run, finding, raw: raw(incident) };
  const what = `${finding.title}: added as a target`;
  try {
    await append(
      work.table,
      incident,
      { kind: 'finding', actor: 'open-incident', what, detail },
      writes(claim, of, incident, meta),
    );
    return added;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const [holder] = claimItem.all(error.reasons.map(({ found }) => found).filter((found) => found !== null));
    if (!holder) return null;
    // The same run again, after a crash between the claim and its answer.
    return holder.run === run ? added : { outcome: 'joined', incident: holder.incident };
  }
}
