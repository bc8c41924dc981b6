import type * as z from 'zod';
import { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import { Removal } from '../../lib/domain/removal.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { Eradication } from '../../lib/domain/step.ts';
import { removalItem } from '../../lib/items/removal.ts';
import { permitRemoval } from './permit.ts';
import { pipeline, type Work } from './pipeline.ts';
import { receiptOf, record, recordingFailure } from './record.ts';
import { otherKind, type StepContext } from './serve-step.ts';
import { assume, type Session } from './session.ts';

/** What an eradication's own code gets. What it removes may be another's than the target's, and never in another account. */
export interface EradicationContext<Target, Shown> extends Omit<StepContext<Target>, 'session'> {
  readonly shown: Shown;
  /** A session narrowed to one target of the same account. */
  sessionFor(target: Target): Promise<Session>;
}

/** What one eradication adds to the shared procedure. */
export interface EradicationCode<Target, Shown, Seen> {
  /** What `look` finds, as the first attempt wrote it down. */
  readonly seen: z.ZodType<Seen>;
  /** What it would remove of what was shown, a line each. Of AWS it reads the settings at most. */
  would(target: Target, shown: Shown, work: Pick<Work, 'settings'>): string[] | Promise<string[]>;
  /** Reads what is there of what was shown, with all of it that is evidence: it is on record before the first of it goes. */
  look(context: EradicationContext<Target, Shown>): Promise<Seen>;
  /** Removes what was shown and seen, and nothing else. What an earlier attempt has removed already is no error. */
  remove(context: EradicationContext<Target, Shown>, seen: Seen): Promise<Removal>;
}

/**
 * Serves an eradication. What people were shown is what is removed: the approval keeps its hash.
 *
 * @example
 * export const handler = serveEradication(deleteLoginProfile, {
 *   seen: LoginProfile,
 *   would: ({ id }, { createdAt }) => (createdAt ? [`console password of user ${id}`] : []),
 *   look: async ({ target, sessionFor }) => ({ createdAt: await madeAt((await sessionFor(target)).client(IAMClient), target.id) }),
 *   remove,
 * });
 * @throws Broken where two people have not approved exactly what was shown; otherwise as `serveStep`.
 */
export function serveEradication<Target extends Place, Shown, Seen>(
  contract: Eradication<Target, Shown>,
  code: EradicationCode<Target, Shown, Seen>,
) {
  const { name, operations } = contract;
  const serve = (event: unknown, work: Work) =>
    recordingFailure(work, event, contract, async (): Promise<{ outcome: string }> => {
      const call = Call.parse(event);
      const receipt = await receiptOf(work, call, name);
      if (receipt) return receipt;
      const foreign = otherKind(contract.target, call.target);
      if (foreign) return record(work, call, contract, foreign);
      const target = contract.target.parse(call.target);
      const shown = contract.shown.parse(call.shown);
      if (call.run.mode === 'observe')
        return record(work, call, contract, { outcome: 'would-remove', would: await code.would(target, shown, work) });
      await permitRemoval(work, call, target.account, contract.name);
      const sessionFor = (one: Target): Promise<Session> => {
        if (one.account !== target.account)
          throw new Broken('Tourniquet deletes nothing outside the account of the target.');
        return assume(work, operations.run, one, call.run.id);
      };
      const context = { ...work, target, run: call.run, finding: call.finding ?? null, sessionFor, shown };
      const seen = await seenBefore(work, call, name, code.seen, () => code.look(context));
      return record(work, call, contract, Removal.parse(await code.remove(context, seen)));
    });
  return pipeline(serve, { operations, target: contract.target });
}

/** What stood there before the first attempt: the first writer wins, since a later look no longer finds what is gone by then. */
async function seenBefore<Seen>(
  work: Work,
  { run }: Call,
  step: string,
  schema: z.ZodType<Seen>,
  look: () => Promise<Seen>,
): Promise<Seen> {
  const of = [run.incident, run.id, step] as const;
  const earlier = await removalItem.find(work.table, ...of);
  if (earlier) return schema.parse(earlier.seen);
  const seen = await look();
  const standing = await work.table.putNew(removalItem.item({ step, seen, at: work.now() }, ...of));
  return standing ? schema.parse(removalItem.read(standing).seen) : seen;
}
