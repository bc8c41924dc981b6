import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Refused } from '../../lib/domain/errors.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import { environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';

/** Starts the release playbook for an incident, on a person's request. Returns the run's name. */
export async function startRelease(work: Work, incident: string, by: string, reason: string): Promise<string> {
  const meta = await incidentItem.find(work.table, incident);
  if (!meta) throw new Refused(`There is no incident ${incident}.`);
  const name = `release-${incident}-${work.now().replace(/\D/g, '')}`;
  const states = work.client(SFNClient);
  const input = JSON.stringify({ incident, by, reason });
  await states.send(new StartExecutionCommand({ stateMachineArn: environment('RELEASE_MACHINE'), name, input }));
  return name;
}
