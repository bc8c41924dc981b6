import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy } from '../busy.ts';
import type { LambdaFunction } from '../lambda-function/target.ts';
import { planStop } from './plan.ts';
import { type Concurrency, stopFunction } from './step.ts';

async function look({ id: FunctionName }: LambdaFunction, session: Session): Promise<Concurrency> {
  const lambda = session.client(LambdaClient);
  const { ReservedConcurrentExecutions: reserved = null } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName }),
  );
  return { reserved };
}

/** Apply and release are the same walk. On the way back Lambda may refuse: others have reserved what was free meanwhile. */
async function carryOut({ from, to, target, session }: LeverJob<LambdaFunction, Concurrency>): Promise<Change> {
  const { reserved } = to;
  if (from.reserved === reserved) return { outcome: 'already-applied' };
  const lambda = session.client(LambdaClient);
  const which = { FunctionName: target.id };
  const set = (): Promise<unknown> =>
    reserved === null
      ? lambda.send(new DeleteFunctionConcurrencyCommand(which))
      : lambda.send(new PutFunctionConcurrencyCommand({ ...which, ReservedConcurrentExecutions: reserved }));
  const what = `${target.id}: reserved concurrency ${reserved ?? 'removed'}`;
  const { done, failed } = await all([[what, () => set().catch(busy)]]);
  return changeOf(done, failed);
}

export const handler = serveLever(stopFunction, { look, plan: planStop, apply: carryOut, release: carryOut });
