import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Refused } from '../../lib/domain/errors.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import { headItem } from '../../lib/items/ledger.ts';
import { environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';

/** Characters of the hash that the ledger ends with: enough to tell two ends of one ledger apart. */
const ofHead = 12;

/**
 * Starts the release playbook for an incident, on a person's request. Returns the run's name: it follows from the incident and the end of its ledger, so
 * that of several clicks at once one counts (Step Functions, StartExecution: names are unique for 90 days).
 */
export async function startRelease(work: Work, incident: string, by: string, reason: string): Promise<string> {
  const meta = await incidentItem.find(work.table, incident);
  if (!meta) throw new Refused(`There is no incident ${incident}.`);
  const head = await headItem.find(work.table, incident);
  const name = `release-${incident}-${head?.hash.slice(0, ofHead) ?? 'empty'}`;
  const states = work.client(SFNClient);
  const input = JSON.stringify({ incident, by, reason });
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn: environment('RELEASE_MACHINE'), name, input }));
  } catch (error) {
    // Somebody asked a moment before.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  return name;
}
