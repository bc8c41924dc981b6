import { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { Finding } from '../../lib/domain/finding.ts';
import type { Run } from '../../lib/domain/incident.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { Eradication, Step } from '../../lib/domain/step.ts';
import { pipeline, type Work } from './pipeline.ts';
import { receiptOf, record, recordingFailure } from './record.ts';
import { assume, type Session } from './session.ts';

/** What a step's own code gets: parsed, authorised, and with clients that reach nothing but its target. */
export interface StepContext<Target> extends Work {
  readonly target: Target;
  readonly run: Run;
  readonly finding: Finding | null;
  readonly session: Session;
}

/** For operations that declare no permission outside the hub: using a member client anyway is our mistake. */
export const noSession: Session = {
  client: () => {
    throw new Broken('This step declares no permissions in the member account.');
  },
};

/** Serves a step: parse, replay guard, body, parse the result, ledger entry and receipt in one write. */
export function serveStep<Target extends Place, Result extends { outcome: string }>(
  contract: Step<Target> | Eradication<Target>,
  body: (context: StepContext<Target>) => Promise<Result>,
) {
  const { name, operations } = contract;
  return pipeline((event: unknown, work) =>
    recordingFailure(work, event, name, async () => {
      const call = Call.parse(event);
      const target = contract.target.parse(call.target);
      const opening = operations.run.permissions.length
        ? assume(operations.run, target, call.run.id, work.calls, work.maxAttempts)
        : noSession;
      const [receipt, session] = await Promise.all([receiptOf<Result>(work, call, name), opening]);
      if (receipt) return receipt;
      const result = await body({ ...work, target, run: call.run, finding: call.finding ?? null, session });
      return record(work, call, name, contract.result.parse(result) as Result);
    }),
  );
}
