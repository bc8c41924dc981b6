import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { environment } from './environment.ts';
import type { Work } from './pipeline.ts';

/**
 * Begins a run of a playbook that findings start. Step Functions takes a name once in 90 days (StartExecution API), so whoever derives it from
 * what the run is about begins no second one on a replay; that one is there already is no error.
 *
 * @param name at most 80 characters
 * @throws what Step Functions answers besides, for the state or for Lambda to try again
 */
export async function startRun(
  work: Pick<Work, 'client'>,
  playbook: string,
  name: string,
  input: unknown,
): Promise<void> {
  const stateMachineArn = `${environment('MACHINES')}${playbook}`;
  try {
    const asked = { stateMachineArn, name, input: JSON.stringify(input) };
    await work.client(SFNClient).send(new StartExecutionCommand(asked));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
