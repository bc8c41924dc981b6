import { type Coverage, coverage } from '../../../lib/domain/coverage.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Threat } from '../../../lib/domain/threat.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { incidentItem, type StoredIncident } from '../../../lib/items/incident.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { runItem } from '../../../lib/items/run.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { furtherOf, mostFurther } from '../further-runs.ts';
import { type Claim, type Claimed, claimResource, itemOf, threatOf } from './claim.ts';
import { answersIn, changing, type OnRecord, recordOf, relisting } from './join.ts';

/** Runs that join one incident at the same moment before we give the turn back to Step Functions. */
const patience = 30;

interface Taking {
  readonly incident: string;
  readonly meta: StoredIncident;
  /** Questions that are answered already. */
  readonly answered: Readonly<Record<string, string>>;
}

/** What the incident holds from now on: the session too, as a run of its own that has not ended. */
function writes(claim: Claim, of: Threat['of'], { incident, meta, answered }: Taking) {
  const { run } = claim;
  // Of a finding about several, all were claimed at once when it opened the incident. A session that is claimed has a run already.
  const claims = of === 'chain' ? claim.claims : claim.claims.filter((one) => !meta.claims.includes(one));
  const state = 'open' as const;
  const ends = { ...meta.ends, [run]: state };
  const threats = { ...meta.threats, [run]: threatOf(claim, of, answered) };
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
  const others = furtherOf(meta).filter((one) => one !== run);
  if (others.length < mostFurther) return null;
  return `incident ${incident} already has ${mostFurther} further targets: contain the others by hand; of sessions, revoke all of their roles`;
}

/** How earlier runs of the incident about this very thing cover it; what one about all that a finding names was asked speaks for the first of it. */
async function coveredBy(work: Work, claim: Claim, record: OnRecord): Promise<Coverage> {
  const [about = ''] = claim.claims;
  const { type, severity } = claim.finding;
  const runs = record.runs.filter((one) => one.about[0] === about && one.run !== claim.run);
  const coming = { ...claim, type, severity, about, mode: await claim.mode(), now: work.now() };
  return coverage(coming, { ...record, runs });
}

/** What the run is told: of what is answered, and, where another playbook answers than the incident's own, of how that stands. */
const added = (
  incident: string,
  { openedAt, playbook }: StoredIncident,
  of: Claim,
  more: Partial<Claimed>,
): Claimed => {
  const { record, ...answered } = more;
  const told = record && of.playbook !== playbook ? { record } : {};
  return { outcome: 'added', incident, openedAt, ...answered, ...told };
};

/**
 * Takes one more target for the incident that it was found in: a session down the chain of roles, or something else that its finding names.
 * Nothing is opened: the run becomes a further one of that incident, about this target alone, with a question and before-states of its own,
 * unless the incident has such a run already.
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
  const [meta, answers, head] = await Promise.all([
    incidentItem.find(work.table, incident),
    of === 'alongside' ? answersIn(work, incident) : null,
    headItem.find(work.table, incident),
  ]);
  if (!meta) return left(incident, `there is no incident ${incident}`);
  const because = closed(meta, incident, run);
  if (because) return left(incident, because);
  const record = answers && recordOf(meta, answers);
  const cover = record && (await coveredBy(work, claim, record));
  const answered = cover?.kind === 'further' ? cover.answered : {};
  const done = added(incident, meta, claim, record ? { record, answered } : {});
  if (meta.threats[run]) return done;
  if (cover?.kind === 'covered') return { outcome: 'joined', incident, because: cover.because };
  const detail = { run, finding, raw: raw(incident) };
  const what = `${of === 'alongside' ? `${claim.id}, by ${claim.playbook}` : finding.title}: added as a target`;
  try {
    await append(
      work.table,
      incident,
      { kind: 'finding', actor: 'open-incident', what, detail },
      writes(claim, of, { incident, meta, answered }),
      { head },
    );
    return done;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const [holder] = claimItem.all(error.reasons.map(({ found }) => found).filter((found) => found !== null));
    if (!holder) return null;
    // The same run again, after a crash between the claim and its answer.
    return holder.run === run ? done : { outcome: 'joined', incident: holder.incident };
  }
}
