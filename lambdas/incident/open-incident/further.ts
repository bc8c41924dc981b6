import { claimItem } from '../../../lib/items/claim.ts';
import { incidentItem, listItem, type StoredIncident } from '../../../lib/items/incident.ts';
import { runItem } from '../../../lib/items/run.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { type Claim, type Claimed, claimResource, itemOf } from './claim.ts';

/** Further targets that one incident takes: each asks people a question of its own, and more of them nobody answers one by one. */
const mostFurther = 20;

/** What the incident holds from now on: the session too, as a run of its own that has not ended. */
function writes({ run, finding, openedAt, ...claim }: Claim, incident: string, meta: StoredIncident) {
  // Of a finding about several, all were claimed at once when it opened the incident.
  const claims = claim.claims.filter((one) => !meta.claims.includes(one));
  const state = { UpdateExpression: 'SET #state = :open', ExpressionAttributeNames: { '#state': 'state' } };
  const open = {
    ...state,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':open': 'open' },
  };
  return (TableName: string): Write[] => [
    ...claims.map((one) => claimResource(one, { incident, run })(TableName)),
    {
      Update: {
        TableName,
        Key: incidentItem.key(incident),
        UpdateExpression: 'SET claims = list_append(claims, :claims), #ends.#this = :open, #state = :open',
        ConditionExpression: 'NOT #state IN (:released, :closed)',
        ExpressionAttributeNames: { '#state': 'state', '#ends': 'ends', '#this': run },
        ExpressionAttributeValues: { ':claims': claims, ':open': 'open', ':released': 'released', ':closed': 'closed' },
      },
    },
    { Update: { TableName, Key: listItem.key(meta.openedAt, incident), ...open } },
    { Put: { TableName, Item: itemOf({ finding, openedAt }, incident) } },
    { Put: { TableName, Item: runItem.item({ incident }, sessionName(run)) } },
  ];
}

const left = (incident: string, because: string): Claimed => ({ outcome: 'left', incident, because });

/** Why the incident takes no further session; null when it does. */
function closed(meta: StoredIncident, incident: string, run: string): string | null {
  if (meta.state === 'released' || meta.state === 'closed') return `incident ${incident} is ${meta.state}`;
  const others = Object.keys(meta.ends).filter((one) => one !== meta.run && one !== run);
  if (others.length < mostFurther) return null;
  return `incident ${incident} already has ${mostFurther} further targets: contain the others by hand; of sessions, revoke all of their roles`;
}

/**
 * Takes a session that was found down the chain of roles for the incident it was found in. Nothing is opened: the run becomes a further one
 * of that incident, about the session alone, with a question and before-states of its own.
 */
export async function claimFurther(work: Work, claim: Claim, incident: string): Promise<Claimed> {
  const { run, finding, raw } = claim;
  const meta = await incidentItem.find(work.table, incident);
  if (!meta) return left(incident, `there is no incident ${incident}`);
  const because = closed(meta, incident, run);
  if (because) return left(incident, because);
  const added: Claimed = { outcome: 'added', incident, openedAt: meta.openedAt };
  const detail = { run, finding, raw: raw(incident) };
  const what = `${finding.title}: added as a target`;
  try {
    await append(
      work.table,
      incident,
      { kind: 'finding', actor: 'open-incident', what, detail },
      writes(claim, incident, meta),
    );
    return added;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const [holder] = claimItem.all(error.reasons.map(({ found }) => found).filter((found) => found !== null));
    // Let go in this very moment.
    if (!holder) return left(incident, `incident ${incident} accepts no more sessions`);
    // The same run again, after a crash between the claim and its answer.
    if (holder.run === run) return added;
    return { outcome: 'joined', incident: holder.incident };
  }
}
