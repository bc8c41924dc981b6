import {
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { Transient } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy } from '../busy.ts';
import type { LambdaFunction } from '../lambda-function/target.ts';
import { provisionedOf } from '../provisioned.ts';
import { type Provision, planStop, provisions } from './plan.ts';
import { type Concurrency, stopFunction } from './step.ts';

type Job = LeverJob<LambdaFunction, Concurrency>;

async function look({ id: FunctionName }: LambdaFunction, session: Session): Promise<Concurrency> {
  const asked = session.client(LambdaClient).send(new GetFunctionConcurrencyCommand({ FunctionName }));
  const [{ ReservedConcurrentExecutions: reserved = null }, provisioned] = await Promise.all([
    asked,
    provisionedOf(session, FunctionName),
  ]);
  return { reserved, provisioned };
}

/**
 * Somebody, or Application Auto Scaling, has provisioned between our reading and our writing: the state machine calls again, and all of it
 * is read anew. AWS answers "ReservedConcurrentExecutions  0 should not be lower than function's total provisioned concurrency [2]."
 */
function overtaken(error: unknown): never {
  const provisioned = error instanceof Error && /total provisioned concurrency/.test(error.message);
  if (provisioned) throw new Transient(sentence(error), { cause: error });
  return busy(error);
}

function reserve({ from, to: { reserved }, target: { id }, session }: Job) {
  if (from.reserved === reserved) return [];
  const lambda = session.client(LambdaClient);
  const set = (): Promise<unknown> =>
    reserved === null
      ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: id }))
      : lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: id, ReservedConcurrentExecutions: reserved }));
  return [[`${id}: reserved concurrency ${reserved ?? 'removed'}`, () => set().catch(overtaken)] as const];
}

const provision =
  ({ target: { id: FunctionName }, session }: Job) =>
  ([Qualifier, count]: Provision) => {
    const lambda = session.client(LambdaClient);
    const which = { FunctionName, Qualifier };
    const set = (): Promise<unknown> =>
      count === 0
        ? lambda.send(new DeleteProvisionedConcurrencyConfigCommand(which))
        : lambda.send(new PutProvisionedConcurrencyConfigCommand({ ...which, ProvisionedConcurrentExecutions: count }));
    return [`${Qualifier}: provisioned concurrency ${count || 'removed'}`, () => set().catch(busy)] as const;
  };

/**
 * Apply and release are the same walk: no less can be reserved than is provisioned, and no more provisioned than is reserved. On the way
 * back Lambda may refuse: others have reserved what was free meanwhile.
 */
async function carryOut(job: Job): Promise<Change> {
  const { less, more } = provisions(job.from, job.to);
  const changed: string[] = [];
  for (const stage of [less.map(provision(job)), reserve(job), more.map(provision(job))]) {
    const { done, failed } = await all(stage);
    changed.push(...done);
    if (failed.length > 0) return changeOf(changed, failed);
  }
  return changeOf(changed, []);
}

export const handler = serveLever(stopFunction, { look, plan: planStop, apply: carryOut, release: carryOut });
