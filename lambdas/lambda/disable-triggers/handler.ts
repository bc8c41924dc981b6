import {
  AddPermissionCommand,
  LambdaClient,
  RemovePermissionCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { Broken, Transient } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy, overtaken } from '../busy.ts';
import { eventSourcesOf } from '../event-sources.ts';
import type { LambdaFunction } from '../lambda-function/target.ts';
import { aliasesOf, latest, policyOf, qualified } from '../policy.ts';
import { type Edit, grantFor, leftOf, planTriggers, removals, restorations, statementsIn, switches } from './plan.ts';
import { disableTriggers, type Triggers } from './step.ts';

type Job = LeverJob<LambdaFunction, Triggers>;

async function look({ id }: LambdaFunction, session: Session): Promise<Triggers> {
  const [sources, aliases] = await Promise.all([eventSourcesOf(session, id), aliasesOf(session, id)]);
  const policies = [latest, ...aliases].map(async (qualifier) => {
    const found = await policyOf(session, id, qualifier);
    return [qualifier, found ? statementsIn(found.policy) : {}] as const;
  });
  const states = sources.map(
    ({ UUID = '', State = '' }) => [UUID, /^Disabl/.test(State) ? 'Disabled' : 'Enabled'] as const,
  );
  return { mappings: Object.fromEntries(states), policies: Object.fromEntries(await Promise.all(policies)) };
}

/** One statement, on the revision of the policy on which it still is as it was seen. */
async function edit({ target: { id }, session }: Job, { qualifier, sid, from, to }: Edit): Promise<void> {
  const lambda = session.client(LambdaClient);
  const which = qualified(id, qualifier);
  if (from !== null) {
    const found = await policyOf(session, id, qualifier);
    const now = found && statementsIn(found.policy)[sid];
    if (found && now !== undefined) {
      if (now !== from) throw new Transient(`The statement ${sid} has changed since it was read.`);
      const removal = { ...which, StatementId: sid, RevisionId: found.revision };
      await lambda.send(new RemovePermissionCommand(removal)).catch((error: unknown) => {
        if (!isGone(error)) overtaken(error);
      });
    }
  }
  if (to === null) return;
  const grant = grantFor(to);
  if (!grant) throw new Broken(`The statement ${sid} was removed and cannot be written again.`);
  const RevisionId = (await policyOf(session, id, qualifier))?.revision;
  await lambda.send(new AddPermissionCommand({ ...which, ...grant, RevisionId })).catch(overtaken);
}

/** Statements of one policy one after the other, since each changes its revision; the rest at once. */
async function carryOut(job: Job, edits: readonly Edit[]): Promise<Change> {
  const { session, from, to } = job;
  const lambda = session.client(LambdaClient);
  const sources = all(
    switches(from, to).map(([UUID, state]) => {
      const command = new UpdateEventSourceMappingCommand({ UUID, Enabled: state === 'Enabled' });
      return [`event source ${UUID}: ${state}`, () => lambda.send(command).catch(busy)] as const;
    }),
  );
  const policies = [...Map.groupBy(edits, ({ qualifier }) => qualifier).values()].map(async (own) => {
    const each = [];
    for (const one of own) {
      const what = `${one.qualifier}: statement ${one.sid} ${one.to === null ? 'removed' : 'restored'}`;
      each.push(await all([[what, () => edit(job, one)]]));
    }
    return each;
  });
  const results = (await Promise.all([sources, ...policies])).flat();
  return changeOf(
    results.flatMap(({ done }) => done),
    results.flatMap(({ failed }) => failed),
  );
}

export const handler = serveLever(disableTriggers, {
  look,
  plan: planTriggers,
  apply: (job) => carryOut(job, removals(job.from, job.to)),
  release: (job) => carryOut(job, restorations(job.from, job.to)),
  left: leftOf,
});
