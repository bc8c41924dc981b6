import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { inputsAlongside } from '../../../lib/domain/finding/alongside.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import { environment } from '../../runtime/environment.ts';
import { hashOf } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { carried } from './first-sight.ts';

/**
 * Begins a run about each other resource of the finding, in the same incident and by the same playbook. Its name follows from this run and the resource,
 * so that a replay begins no second one (Step Functions, StartExecution: names are unique for 90 days).
 */
export async function beginAlongside(work: Work, { incident, id, playbook }: Run, finding: Finding): Promise<void> {
  const states = work.client(SFNClient);
  const stateMachineArn = `${environment('MACHINES')}${playbook}`;
  const begin = async ({ of, input }: ReturnType<typeof inputsAlongside>[number]): Promise<void> => {
    const name = `also-${hashOf([id, of]).slice(0, 32)}`;
    try {
      await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
  await Promise.all(inputsAlongside(carried(finding), incident).map(begin));
}
