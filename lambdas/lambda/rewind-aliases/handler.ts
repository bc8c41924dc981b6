import { LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { differences } from '../../../lib/domain/before-state.ts';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { codeOf, pointersOf } from '../aliases.ts';
import { overtaken } from '../busy.ts';
import type { LambdaFunction } from '../lambda-function/target.ts';
import { changesFrom, compared, planRewind, relevant } from './plan.ts';
import { type Aliases, rewindAliases } from './step.ts';

type Job = LeverJob<LambdaFunction, Aliases>;

async function look({ id, since }: LambdaFunction, session: Session): Promise<Aliases> {
  const { aliases, versions } = await codeOf(session, id);
  return { aliases, versions: relevant(aliases, versions, since) };
}

/** One alias, on the revision on which it still is as it was seen. */
async function point({ target, session }: Job, { name: Name, from, to }: ReturnType<typeof changesFrom>[number]) {
  const here = (await pointersOf(session, target.id))[Name];
  if (!here || from === null) throw new Refused(`The alias ${Name} no longer exists.`);
  if (differences(from, here.pointer).length > 0)
    throw new Transient(`The alias ${Name} has changed since it was read.`);
  const RoutingConfig = { AdditionalVersionWeights: to.weights };
  const which = { FunctionName: target.id, Name, RevisionId: here.revision };
  const update = new UpdateAliasCommand({ ...which, FunctionVersion: to.version, RoutingConfig });
  await session.client(LambdaClient).send(update).catch(overtaken);
}

/** Apply and release are the same walk. */
async function carryOut(job: Job): Promise<Change> {
  const { done, failed } = await all(
    changesFrom(job.from, job.to).map(
      (one) => [`${one.name}: version ${one.to.version}`, () => point(job, one)] as const,
    ),
  );
  return changeOf(done, failed);
}

export const handler = serveLever(rewindAliases, {
  look,
  plan: planRewind,
  apply: carryOut,
  release: carryOut,
  compared,
});
