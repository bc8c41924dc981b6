import { type EcsTask, isBatch } from '../ecs-task/target.ts';
import type { TaskMeasured } from './step.ts';

/** Something that was asked: what was read, null of what does not exist, or why it could not be. */
export type Asked<T> = { readonly read: T | null } | { readonly error: string };

export interface ServiceSeen {
  readonly running: number;
  readonly desired: number;
  readonly strategy: string;
  /** Names of the target groups that send requests to it. */
  readonly groups: readonly string[];
}

export interface TaskSeen {
  readonly createdAt: string | null;
  readonly runs: 'runs' | 'stopped';
  /** Whether people may open a shell in it, by ECS Exec. */
  readonly exec: 'on' | 'off';
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function serviceLines(name: string, seen: ServiceSeen | null): string[] {
  if (!seen) return [`Service ${name} no longer exists`];
  const { running, desired, strategy, groups } = seen;
  if (strategy === 'DAEMON') return [`Service ${name} is a daemon: ${plural(running, 'task')}, one on each instance`];
  const behind = groups.length > 0 ? `; target groups ${groups.join(', ')} have no task then` : '';
  return [
    `Service ${name}: ${running} of ${plural(desired, 'task')} running. A yes stops all of them${behind}`,
    `Undo: ${plural(desired, 'task')} started anew, usually within minutes`,
  ];
}

const standalone = (target: EcsTask): string =>
  isBatch(target)
    ? 'AWS Batch runs it: it is stopped for good by terminating its job'
    : 'No service started it: nothing replaces it, and nothing can be scaled to zero';

function whereLine({ launch, host }: EcsTask): string[] {
  if (host)
    return [`It runs on instance ${host}: other tasks there are not affected, and that instance has its own role`];
  return launch === 'FARGATE'
    ? ['It runs on Fargate: AWS keeps no image of its disk, and stopping it loses the disk']
    : [];
}

function taskLines(seen: TaskSeen | null): string[] {
  if (!seen) return ['ECS does not know the task any more'];
  const open = seen.exec === 'on' ? ['ECS Exec is on: somebody may have a shell in it'] : [];
  return [`The task ${seen.runs === 'runs' ? 'still runs' : 'has stopped'}`, ...open];
}

const scalingLines = (bounds: Bounds | null): string[] =>
  bounds ? [`Application Auto Scaling keeps it between ${bounds.least} and ${bounds.most}; a yes suspends that`] : [];

const of = <T>(asked: Asked<T>, lines: (read: T | null) => string[]): string[] =>
  'read' in asked ? lines(asked.read) : [];

/** What people read in the question, and what may be stopped. */
export function measured(
  target: EcsTask,
  asked: { readonly task: Asked<TaskSeen>; readonly service: Asked<ServiceSeen>; readonly bounds: Asked<Bounds> },
): TaskMeasured {
  const { service, roleArn } = target;
  const task = 'read' in asked.task ? asked.task.read : null;
  const createdAt = task?.runs === 'runs' ? task.createdAt : null;
  return {
    outcome: 'measured',
    facts: [
      ...(service ? of(asked.service, (seen) => serviceLines(service, seen)) : [standalone(target)]),
      ...of(asked.bounds, scalingLines),
      ...of(asked.task, taskLines),
      ...whereLine(target),
      roleArn ? `Role ${roleArn.split('/').at(-1)}: only the session of this task is denied` : 'The task has no role',
    ],
    unknown: Object.entries(asked).flatMap(([what, one]) => ('error' in one ? [`${what}: ${one.error}`] : [])),
    removable: createdAt ? 'some' : 'none',
    createdAt,
  };
}
