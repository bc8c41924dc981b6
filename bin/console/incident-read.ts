import { partitionOf } from '../../lib/items/incident.ts';
import { type Incident, incidentFrom } from '../../lib/record/incident.ts';
import type { Deployment } from './deployment.ts';
import { Failure } from './verb.ts';

/** Entries and head may be read a moment apart while the ledger grows: a break counts when it is seen again. */
const looks = 3;

/** Everything on record about an incident. Throws a Failure where there is none. */
export async function readIncident({ table }: Pick<Deployment, 'table'>, id: string): Promise<Incident> {
  const look = async () => incidentFrom(await table.all(partitionOf(id)));
  let found = await look();
  for (let turn = 1; found?.ledger.intact === false && turn < looks; turn++) found = await look();
  if (!found) throw new Failure(`There is no incident ${id}. The verb \`incidents\` lists them.`);
  return found;
}
