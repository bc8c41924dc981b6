import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { isGone, sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import type { EcsTask } from '../ecs-task/target.ts';
import { scalableTarget } from '../scalable-target.ts';
import { type Asked, type Bounds, measured, type ServiceSeen, type TaskSeen } from './plan.ts';
import { measureTask } from './step.ts';

/** What cannot be read must not cost the rest: people decide without it. */
async function ask<T>(asking: Promise<T | null>): Promise<Asked<T>> {
  return asking.then(
    (read) => ({ read }),
    (error: unknown) => (isGone(error) ? { read: null } : { error: sentence(error) }),
  );
}

async function taskOf({ cluster, id }: EcsTask, session: Session): Promise<TaskSeen | null> {
  const { tasks } = await session.client(ECSClient).send(new DescribeTasksCommand({ cluster, tasks: [id] }));
  const found = tasks?.[0];
  if (!found) return null;
  return {
    createdAt: found.createdAt?.toISOString() ?? null,
    runs: found.desiredStatus === 'STOPPED' ? 'stopped' : 'runs',
    exec: found.enableExecuteCommand ? 'on' : 'off',
  };
}

async function serviceOf({ cluster, service }: EcsTask, session: Session): Promise<ServiceSeen | null> {
  const asked = new DescribeServicesCommand({ cluster, services: [service ?? ''] });
  const found = (await session.client(ECSClient).send(asked)).services?.[0];
  if (!found || found.status === 'INACTIVE') return null;
  // arn:…:targetgroup/NAME/ID
  const groups = (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn?.split('/')[1] ?? []);
  const { runningCount: running = 0, desiredCount: desired = 0, schedulingStrategy: strategy = 'REPLICA' } = found;
  return { running, desired, strategy, groups };
}

async function boundsOf(target: EcsTask, session: Session): Promise<Bounds | null> {
  const command = new DescribeScalableTargetsCommand(scalableTarget(target));
  const { ScalableTargets } = await session.client(ApplicationAutoScalingClient).send(command);
  const found = ScalableTargets?.[0];
  return found ? { least: found.MinCapacity ?? 0, most: found.MaxCapacity ?? 0 } : null;
}

const none = Promise.resolve(null);

export const handler = serveStep(measureTask, async ({ target, session }) => {
  const { service: scaled } = target;
  const [task, service, bounds] = await Promise.all([
    ask(taskOf(target, session)),
    ask(scaled ? serviceOf(target, session) : none),
    ask(scaled ? boundsOf(target, session) : none),
  ]);
  return measured(target, { task, service, bounds });
});
