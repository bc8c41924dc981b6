import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeNotebookInstanceCommand,
  SageMakerClient,
  StartNotebookInstanceCommand,
  StopNotebookInstanceCommand,
} from '@aws-sdk/client-sagemaker';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Notebook } from '../notebook/target.ts';
import { compared, isDown, isUp, planNotebook, verdictOf } from './plan.ts';
import { type Running, stopNotebook } from './step.ts';

type Job = LeverJob<Notebook, Running>;

/** Looks, two seconds apart, before we say how far it got: apply has 120 seconds in all, release 60. */
const patience = { stopping: 45, starting: 20 };

/** SageMaker says `ValidationException: RecordNotFound` of one that is gone. */
const orGone = (error: Error): Running => {
  if (error.name === 'ValidationException' && /RecordNotFound/i.test(error.message)) return { state: 'gone' };
  throw error;
};

async function look({ id }: Notebook, session: Session): Promise<Running> {
  const asked = new DescribeNotebookInstanceCommand({ NotebookInstanceName: id });
  return session
    .client(SageMakerClient)
    .send(asked)
    .then(({ NotebookInstanceStatus: state = 'unknown' }) => ({ state }), orGone);
}

/** Until it no longer is on its way. */
async function settled(target: Notebook, session: Session, looks: number): Promise<Running> {
  for (let turn = 1; ; turn++) {
    const now = await look(target, session);
    if (!['Pending', 'Stopping'].includes(now.state) || turn >= looks) return now;
    await sleep(2000);
  }
}

/** What SageMaker does not do with it in the state it is in is a person's: it says ValidationException of that too. */
const refuse = (error: Error): never => {
  throw error.name === 'ValidationException' ? new Refused(sentence(error), { cause: error }) : error;
};

/** One that still starts is stopped once it has. */
async function apply({ from, target, session }: Job): Promise<Change> {
  if (isDown(from)) return { outcome: 'already-applied' };
  await settled(target, session, patience.stopping);
  const command = new StopNotebookInstanceCommand({ NotebookInstanceName: target.id });
  await session.client(SageMakerClient).send(command).catch(refuse);
  const { state } = await settled(target, session, patience.stopping);
  return changeOf([`${target.id}: ${state}`], []);
}

async function release({ from, to, target, session }: Job): Promise<Change> {
  if (!isUp(to) || !isDown(from)) return { outcome: 'already-applied' };
  await settled(target, session, patience.starting);
  const command = new StartNotebookInstanceCommand({ NotebookInstanceName: target.id });
  await session.client(SageMakerClient).send(command).catch(refuse);
  return changeOf([`${target.id}: started`], []);
}

async function absent(target: Notebook, session: Session): Promise<string | null> {
  const { state } = await look(target, session);
  return ['gone', 'Deleting'].includes(state) ? `the notebook instance ${target.id} was deleted` : null;
}

export const handler = serveLever(stopNotebook, {
  look,
  absent,
  plan: (_, before) => planNotebook(before),
  apply,
  release,
  compared,
  verify: async ({ now }) => verdictOf(now),
});
