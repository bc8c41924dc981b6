import { vi } from 'vitest';
import { entry, sendEvent } from '../../sandbox/finding.ts';
import { itemsOf, runsAbout } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';

/** Step Functions tells that a run about this instance has failed: people hear of it, and it stands on the ledger. */
export async function playFailedRun(deployment: Attached, instance: string, incident: string): Promise<void> {
  const [run] = await runsAbout(deployment, [instance]);
  if (!run) throw new Error(`No run is about ${instance}.`);
  const stateMachineArn = run.arn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
  const detail = { executionArn: run.arn, stateMachineArn, name: run.name, status: 'FAILED' };
  await sendEvent(deployment, entry('aws.states', 'Step Functions Execution Status Change', detail));
  await vi.waitFor(
    async () => {
      const ledger = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
      if (!ledger.some(({ actor }) => actor === 'report-failed-run')) throw new Error('Nobody has reported it yet.');
    },
    { timeout: 60_000, interval: 200 },
  );
}
