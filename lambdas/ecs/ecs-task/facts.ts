import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type Task,
} from '@aws-sdk/client-ecs';
import { readRole } from '../../iam/read-role.ts';
import { isDenied } from '../../runtime/errors.ts';
import { type Facts, type FactsReader, orGone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { scalableTarget } from '../scalable-target.ts';
import type { EcsTask } from './target.ts';

/** `service:web` of a task that the service started (ECS API reference, Task, group). */
const serviceOf = ({ group }: Task): string | null => /^service:(.+)$/.exec(group ?? '')?.[1] ?? null;

/** What only adds to the answer: the incident opens without it. */
const orNothing = (error: unknown): null => (isDenied(error) ? null : orGone(error));

async function hostOf({ cluster }: EcsTask, { containerInstanceArn }: Task, ecs: ECSClient): Promise<string | null> {
  if (!containerInstanceArn) return null;
  const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: [containerInstanceArn] });
  const { containerInstances } = (await ecs.send(command).catch(orNothing)) ?? {};
  const id = containerInstances?.[0]?.ec2InstanceId ?? null;
  // Of a machine outside of AWS it is the id of a managed instance of Systems Manager (ECS guide, "ECS Anywhere").
  return id?.startsWith('i-') ? id : null;
}

/** What the task was started with counts, before what its definition says (ECS API reference, TaskOverride). */
async function roleArnOf({ overrides, taskDefinitionArn }: Task, ecs: ECSClient): Promise<string | null> {
  if (overrides?.taskRoleArn) return overrides.taskRoleArn;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn });
  return (await ecs.send(command)).taskDefinition?.taskRoleArn ?? null;
}

async function scalingOf(base: EcsTask, service: string | null, session: Session): Promise<string | null> {
  if (!service) return null;
  const command = new DescribeScalableTargetsCommand(scalableTarget({ ...base, service }));
  const { ScalableTargets } = (await session.client(ApplicationAutoScalingClient).send(command).catch(orNothing)) ?? {};
  return ScalableTargets?.[0]?.ScalableTargetARN ?? null;
}

/** ECS knows a stopped task for about an hour (DescribeTasks API): its session works on, and its service goes on with the same image. */
async function readTask(base: EcsTask, session: Session): Promise<Facts<EcsTask>> {
  const ecs = session.client(ECSClient);
  const command = new DescribeTasksCommand({ cluster: base.cluster, tasks: [base.id], include: ['TAGS'] });
  const { tasks } = (await ecs.send(command).catch(orGone)) ?? {};
  const task = tasks?.[0];
  if (!task) {
    const because = `ECS does not know the task ${base.id} any more: look at its service and its image, and deny older sessions of its role`;
    return { target: base, known: 'gone', because };
  }
  const service = serviceOf(task);
  const [host, roleArn, scaling] = await Promise.all([
    hostOf(base, task, ecs),
    roleArnOf(task, ecs),
    scalingOf(base, service, session),
  ]);
  const role = roleArn && ((await readRole(roleArn.split('/').at(-1) ?? '', session))?.role ?? null);
  const tags = Object.fromEntries((task.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
  const { taskDefinitionArn: definition = null, launchType: launch = null } = task;
  return read({ ...base, definition, service, scaling, launch, host, roleArn, role: role || null, tags });
}

export const ecsTaskFacts: FactsReader<EcsTask> = { read: readTask };
