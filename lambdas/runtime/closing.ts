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

/** Gives the resource free: the next finding about it opens a new incident. Ours only; another incident's claim stays. */
export async function closeClaim(work: Work, incident: string): Promise<void> {
  const meta = await work.table.get(keys.incident(incident));
  await work.table.update(keys.claim(String(meta?.resource)), {
    UpdateExpression: 'SET #state = :closed',
    ConditionExpression: 'incident = :incident',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':closed': 'closed', ':incident': incident },
  });
  await setState(work, incident, 'released');
}
