import { Transient } from '../../../lib/domain/errors.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { incidentItem, listItem } from '../../../lib/items/incident.ts';
import { runItem } from '../../../lib/items/run.ts';
import { config } from '../../runtime/environment.ts';
import { appendAfter, emptyHead } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { type Claim, type Claimed, claimResource, itemOf, threatOf } from './claim.ts';
import { join } from './join.ts';

function writes(claim: Claim) {
  const { incident, run, playbook, openedAt, resource, claims, finding, raw, reporting } = claim;
  const detail = { run, playbook, resource, finding, raw: raw(incident), reporting };
  const entry = { kind: 'opened', actor: 'open-incident', what: `opened by ${finding.type}`, detail } as const;
  const first = appendAfter(emptyHead, incident, entry, openedAt);
  const { type } = finding;
  const severity = finding.severity ?? 'unknown';
  const meta = { incident, run, playbook, openedAt, resource, state: 'open', type, severity } as const;
  // Who reports: the command line reads the record, and has no configuration.
  const threats = { [run]: threatOf(claim, 'finding') };
  const more = { claims: [...claims], ends: { [run]: 'open' as const }, threats, entity: config().entity };
  return (TableName: string): Write[] => [
    ...claims.map((one) => claimResource(one, { incident, run })(TableName)),
    { Put: { TableName, Item: incidentItem.item({ ...meta, ...more }, incident) } },
    { Put: { TableName, Item: listItem.item(meta, openedAt, incident) } },
    { Put: { TableName, Item: itemOf(claim, incident) } },
    { Put: { TableName, Item: runItem.item({ incident, at: claim.openedAt }, sessionName(run)) } },
    ...first(TableName),
  ];
}

/** Runs that claim one resource at the same moment before we give the turn back to Step Functions. */
const patience = 30;

/**
 * Claims the resources for a new incident, or joins the one that holds any of them. One conditional write decides, so twenty copies of a
 * finding that arrive at once, in whatever shapes, still make one incident.
 */
export async function claimOrJoin(work: Work, claim: Claim): Promise<Claimed> {
  for (let turn = 1; turn <= patience; turn++) {
    const holder = await takenBy(work, claim);
    if (!holder) return { outcome: 'opened', incident: claim.incident };
    const claimed = await join(work, claim, holder);
    if (claimed) return claimed;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * turn));
  }
  throw new Transient(`The record of what ${claim.resource} belongs to is busy.`);
}

/** The incident that holds a resource of the claim; null where the claim was the first. */
async function takenBy(work: Work, claim: Claim): Promise<string | null> {
  try {
    await work.table.transact(writes(claim));
    return null;
  } catch (error) {
    const reasons = error instanceof Conflict ? error.reasons.slice(0, claim.claims.length) : [];
    const [holder] = claimItem.all(reasons.map(({ found }) => found).filter((found) => found !== null));
    if (!holder) throw error;
    return holder.incident;
  }
}
