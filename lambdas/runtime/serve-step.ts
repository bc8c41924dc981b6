import type * as z from 'zod';
import { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Run } from '../../lib/domain/incident.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { Step } from '../../lib/domain/step.ts';
import { type Receipt, receiptItem } from '../../lib/items/receipt.ts';
import { Target } from '../targets/target.ts';
import type { Checked } from './check.ts';
import { pipeline, type Work } from './pipeline.ts';
import { receiptOf, record, recordingFailure } from './record.ts';
import { assume, type Session } from './session.ts';

/** What a step's own code gets: parsed, authorised, and with clients that reach nothing but its target. */
export interface StepContext<Target> extends Work {
  readonly target: Target;
  readonly run: Run;
  readonly finding: Finding | null;
  readonly session: Session;
  /** Of a step that is asked to look again: what it came to the first time. */
  readonly earlier?: Receipt | null;
}

/** For operations that declare no permission outside the hub: using a member client anyway is our mistake. */
export const noSession: Session = {
  client: () => {
    throw new Broken('Tourniquet: this step declares no permissions in the member account.');
  },
};

/**
 * A playbook may answer findings about several kinds of resources with the same steps; a step that does not take this kind says so and
 * leaves it alone. Null when it does take it, or when the target is none at all.
 */
export function otherKind(schema: z.ZodType, target: unknown): { outcome: 'not-applicable'; because: string } | null {
  const sound = Target.safeParse(target);
  if (!sound.success || schema.safeParse(target).success) return null;
  return { outcome: 'not-applicable', because: `this step does not work on a ${sound.data.kind}` };
}

/**
 * Serves a step: parse, replay guard, body, parse the result, ledger entry and receipt in one write. A call that has a receipt returns it.
 * `dryRuns` are for the doctor.
 *
 * @example
 * export const handler = serveStep(tagInstance, async ({ target, run, session }) => {
 *   if (run.mode === 'observe') return { outcome: 'would-apply' };
 *   const Tags = [{ Key: 'tourniquet-incident', Value: run.incident }];
 *   await session.client(EC2Client).send(new CreateTagsCommand({ Resources: [target.id], Tags }));
 *   return { outcome: 'applied' };
 * });
 * @throws What `body` throws, as one of three: Transient (the state retries), Refused (for a person) or Broken (our mistake). It is on the
 * ledger by then.
 */
export function serveStep<Target extends Place, Outcome extends string, Result extends { outcome: Outcome }>(
  contract: Step<Target, Outcome>,
  body: (context: StepContext<Target>) => Promise<Result>,
  dryRuns?: Checked<Target>['dryRuns'],
) {
  const { name, operations } = contract;
  const serve = (event: unknown, work: Work) =>
    recordingFailure(work, event, contract, async (): Promise<{ outcome: string }> => {
      const call = Call.parse(event);
      const foreign = otherKind(contract.target, call.target);
      if (foreign) return (await receiptOf(work, call, name)) ?? record(work, call, contract, foreign);
      const target = contract.target.parse(call.target);
      const opening = operations.run.permissions.length ? assume(work, operations.run, target, call.run.id) : noSession;
      const [receipt, session] = await Promise.all([receiptOf(work, call, name), opening]);
      if (receipt) return receipt;
      const { incident, id } = call.run;
      const again = call.operation === 'confirm';
      const earlier = again ? ((await receiptItem.find(work.table, incident, id, name, 'run')) ?? null) : null;
      const result = await body({ ...work, target, run: call.run, finding: call.finding ?? null, session, earlier });
      return record(work, call, contract, contract.result.parse(result));
    });
  return pipeline(serve, { operations, target: contract.target, dryRuns });
}
