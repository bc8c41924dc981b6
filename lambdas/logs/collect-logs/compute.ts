import { type ContainerDefinition, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { EcsTask } from '../../ecs/ecs-task/target.ts';
import type { LambdaFunction } from '../../lambda/lambda-function/target.ts';
import type { Context, Room } from './files.ts';
import { type Group, takeGroup } from './groups.ts';
import { found, type Span } from './plan.ts';
import { attempted, type Rows, rowOf, type Taken, untaken } from './taken.ts';

/** Lambda writes into a group of the function's name unless another is set (Lambda guide, "Log groups"). */
async function ofFunction(context: Context, { id }: LambdaFunction, span: Span, room: Room): Promise<Taken[]> {
  const what = `log of function ${id}`;
  const taken = await attempted(what, async () => {
    const command = new GetFunctionConfigurationCommand({ FunctionName: id });
    const { LoggingConfig } = await context.session.client(LambdaClient).send(command);
    const group = LoggingConfig?.LogGroup ?? `/aws/lambda/${id}`;
    return takeGroup(context, { kind: 'compute', what, group, as: 'events' }, span, room);
  });
  return [taken];
}

/** The group of a container, and its streams in it: `prefix/container/task` (ECS guide, "Send Amazon ECS logs to CloudWatch"). */
function groupOf({ id }: EcsTask, { name, logConfiguration }: ContainerDefinition): Group | null {
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || !group) return null;
  const streams = prefix ? { streams: `${prefix}/${name}/${id}` } : {};
  return { kind: 'compute', what: `log of container ${name}`, group, as: 'events', ...streams };
}

async function ofTask(context: Context, target: EcsTask, span: Span, room: Room): Promise<Taken[]> {
  if (!target.definition) return [untaken('the definition of the task is not known', 'not there')];
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: target.definition });
  const { taskDefinition } = await context.session.client(ECSClient).send(command);
  const taken: Taken[] = [];
  for (const container of taskDefinition?.containerDefinitions ?? []) {
    const group = groupOf(target, container);
    const elsewhere = `container ${container.name} sends no log to CloudWatch Logs`;
    taken.push(group ? await takeGroup(context, group, span, room) : untaken(elsewhere, 'not there'));
  }
  return taken;
}

const elsewhere = {
  instance: 'the console output, sealed by record-instance; what else it wrote is on its disks',
  'eks-workload': 'logs of its containers, sealed by record-workload',
} as const;

/** What machines, functions and containers wrote themselves. */
export async function compute(context: Context, span: Span, room: Room): Promise<Rows> {
  const { target } = context;
  if (target.kind === 'instance' || target.kind === 'eks-workload')
    return { rows: [found('compute', 'available', elsewhere[target.kind])], sealed: [] };
  if (target.kind === 'lambda-function') return rowOf('compute', await ofFunction(context, target, span, room), span);
  if (target.kind === 'ecs-task') return rowOf('compute', await ofTask(context, target, span, room), span);
  const words = 'the incident names no machine, function or task whose log could be read';
  return { rows: [found('compute', 'not enabled', words)], sealed: [] };
}
