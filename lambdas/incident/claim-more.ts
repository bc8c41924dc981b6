import { incidentItem } from '../../lib/items/incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict } from '../runtime/table.ts';
import { claimResource } from './open-incident/claim.ts';

interface More {
  readonly claims: readonly string[];
  readonly run: string;
}

/** What else it is about is held by the same incident from now on, where nobody else holds it. */
export async function claimMore(work: Work, { claims, run }: More, incident: string): Promise<void> {
  const taken = await Promise.all(
    claims.map((one) =>
      work.table
        .transact((TableName) => [claimResource(one, { incident, run })(TableName)])
        .then(
          () => [one],
          (error: unknown) => {
            if (error instanceof Conflict) return [];
            throw error;
          },
        ),
    ),
  );
  const more = taken.flat();
  if (more.length === 0) return;
  await work.table.update(incidentItem.key(incident), {
    UpdateExpression: 'SET claims = list_append(claims, :more)',
    ExpressionAttributeValues: { ':more': more },
  });
}
