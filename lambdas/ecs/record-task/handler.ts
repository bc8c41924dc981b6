import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Piece, Recorded } from '../../../lib/domain/recorded.ts';
import { acquireAll, type Wanted } from '../../runtime/acquire.ts';
import { sentence } from '../../runtime/errors.ts';
import { orGone } from '../../runtime/facts.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { type EcsTask, taskArn } from '../ecs-task/target.ts';
import { diskOf, logsOf } from './plan.ts';
import { recordTask } from './step.ts';

const bytes = (found: object | undefined): Uint8Array | null =>
  found ? Buffer.from(JSON.stringify(found, null, 2)) : null;

async function definitionOf({ definition }: EcsTask, session: Session): Promise<TaskDefinition | undefined> {
  if (!definition) return undefined;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: definition, include: ['TAGS'] });
  return (await session.client(ECSClient).send(command)).taskDefinition;
}

const pieces: readonly Wanted<EcsTask>[] = [
  {
    kind: 'task',
    name: 'task.json',
    absent: 'ECS does not know the task any more',
    async read({ cluster, id }, session) {
      const command = new DescribeTasksCommand({ cluster, tasks: [id], include: ['TAGS'] });
      return bytes((await session.client(ECSClient).send(command).catch(orGone))?.tasks?.[0]);
    },
  },
  {
    kind: 'task-definition',
    name: 'task-definition.json',
    absent: 'its definition was not named',
    read: async (target, session) => bytes(await definitionOf(target, session)),
  },
  {
    kind: 'service',
    name: 'service.json',
    absent: 'no service started the task, or it is gone',
    async read({ cluster, service }, session) {
      if (!service) return null;
      const command = new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] });
      return bytes((await session.client(ECSClient).send(command).catch(orGone))?.services?.[0]);
    },
  },
  {
    // With how ECS Exec logs its sessions, and where to.
    kind: 'cluster',
    name: 'cluster.json',
    absent: 'the cluster no longer exists',
    async read({ cluster }, session) {
      const command = new DescribeClustersCommand({
        clusters: [cluster],
        include: ['CONFIGURATIONS', 'SETTINGS', 'TAGS'],
      });
      return bytes((await session.client(ECSClient).send(command).catch(orGone))?.clusters?.[0]);
    },
  },
];

/** Where its logs lie, in words: what could not be read is said by the definition's own piece. */
async function logs({ target, session }: StepContext<EcsTask>): Promise<Piece> {
  try {
    return logsOf((await definitionOf(target, session))?.containerDefinitions ?? [], target);
  } catch (error) {
    return { kind: 'logs', absent: `not copied; where they lie could not be read (${sentence(error)})` };
  }
}

export const record = async (context: StepContext<EcsTask>): Promise<Recorded> =>
  acquireAll(context, taskArn(context.target), pieces, [await logs(context), ...diskOf(context.target)]);

export const handler = serveStep(recordTask, record);
