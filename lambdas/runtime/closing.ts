import type { IncidentState } from '../../lib/domain/incident.ts';
import type { Work } from './pipeline.ts';
import { keys } from './table.ts';

/** Notes how an incident stands, in its record and in the list of all. */
export async function setState(work: Work, incident: string, state: IncidentState): Promise<void> {
  const meta = await work.table.get(keys.incident(incident));
  const set = {
    UpdateExpression: 'SET #state = :state',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': state },
  };
  const listed = keys.listed(String(meta?.openedAt), incident);
  await Promise.all([work.table.update(keys.incident(incident), set), work.table.update(listed, set)]);
}

/** Gives the resources free: the next finding about one opens a new incident. Ours only; another incident's claims stay. */
export async function closeClaim(work: Work, incident: string): Promise<void> {
  const meta = await work.table.get(keys.incident(incident));
  const free = (claim: string) =>
    work.table.update(keys.claim(claim), {
      UpdateExpression: 'SET #state = :closed',
      ConditionExpression: 'incident = :incident',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':closed': 'closed', ':incident': incident },
    });
  const claims = Array.isArray(meta?.claims) ? meta.claims.map(String) : [String(meta?.resource)];
  await Promise.all(claims.map(free));
  await setState(work, incident, 'released');
}
