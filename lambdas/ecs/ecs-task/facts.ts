import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
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

interface Definition {
  readonly arn: string;
  readonly roleArn: string | null;
}

async function definitionOf(arn: string, ecs: ECSClient): Promise<Definition> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
  return { arn, roleArn: taskDefinition?.taskRoleArn ?? null };
}

/** The definition that the finding names, read while ECS is asked about the task; null where it names none, or that cannot be read. */
async function namedIn({ targets }: Pick<Finding, 'targets'>, { id }: EcsTask, ecs: ECSClient) {
  const arn = targets.find((one) => one.kind === 'ecs-task' && one.id === id)?.definition;
  return arn ? definitionOf(arn, ecs).catch(() => null) : null;
}

/**
 * What the task was started with counts, before what its definition says (ECS API reference, TaskOverride); and what ECS says that it runs,
 * before what the finding says.
 */
async function roleArnOf(
  { overrides, taskDefinitionArn = '' }: Task,
  named: Definition | null,
  ecs: ECSClient,
): Promise<string | null> {
  if (overrides?.taskRoleArn) return overrides.taskRoleArn;
  return (named?.arn === taskDefinitionArn ? named : await definitionOf(taskDefinitionArn, ecs)).roleArn;
}

const roleOf = async (arn: string | null, session: Session) =>
  arn ? ((await readRole(arn.split('/').at(-1) ?? '', session))?.role ?? null) : null;

async function scalingOf(base: EcsTask, service: string | null, session: Session): Promise<string | null> {
  if (!service) return null;
  const command = new DescribeScalableTargetsCommand(scalableTarget({ ...base, service }));
  const { ScalableTargets } = (await session.client(ApplicationAutoScalingClient).send(command).catch(orNothing)) ?? {};
  return ScalableTargets?.[0]?.ScalableTargetARN ?? null;
}

/** ECS knows a stopped task for about an hour (DescribeTasks API): its session works on, and its service goes on with the same image. */
async function readTask(base: EcsTask, session: Session, finding: Finding): Promise<Facts<EcsTask>> {
  const ecs = session.client(ECSClient);
  const command = new DescribeTasksCommand({ cluster: base.cluster, tasks: [base.id], include: ['TAGS'] });
  const [known, named] = await Promise.all([ecs.send(command).catch(orGone), namedIn(finding, base, ecs)]);
  const task = known?.tasks?.[0];
  if (!task) {
    const because = `ECS does not know the task ${base.id} any more: look at its service and its image, and deny older sessions of its role`;
    return { target: base, known: 'gone', because };
  }
  const service = serviceOf(task);
  const worn = roleArnOf(task, named, ecs);
  // None waits for another: the role is asked about as soon as its name is known.
  const [host, roleArn, role, scaling] = await Promise.all([
    hostOf(base, task, ecs),
    worn,
    worn.then((arn) => roleOf(arn, session)),
    scalingOf(base, service, session),
  ]);
  const tags = Object.fromEntries((task.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
  const { taskDefinitionArn: definition = null, launchType: launch = null } = task;
  return read({ ...base, definition, service, scaling, launch, host, roleArn, role, tags });
}

export const ecsTaskFacts: FactsReader<EcsTask> = { read: readTask };
