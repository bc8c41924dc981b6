import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { inlineOf, type Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, Spoils, World } from '../../../test/contract/worlds.ts';
import { clients } from '../../../test/sandbox/deployment.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import {
  attemptsOn,
  type Company,
  findingAboutTask,
  type Launch,
  statusOf,
  tasksOf,
} from '../../../test/sandbox/tasks.ts';
import { scalableTarget } from '../scalable-target.ts';
import type { EcsTask } from './target.ts';

/** What was made around each task, by its id: a finding has no credentials, and a thief needs them. */
const companies = new Map<string, Company>();

function companyOf({ id }: EcsTask): Company {
  const found = companies.get(id);
  if (!found) throw new Error(`Nobody made the task ${id}.`);
  return found;
}

const aboutTask =
  (launch: Launch) =>
  async ({ deployment, estate }: Ground): Promise<Finding> => {
    const company = await tasksOf(deployment, estate, launch);
    companies.set(company.task, company);
    return readBack(findingAboutTask(deployment, company));
  };

async function serviceOf({ client }: Stage, target: EcsTask) {
  const { cluster, service } = target;
  const asked = new DescribeServicesCommand({ cluster, services: [service ?? ''] });
  const [{ services }, { ScalableTargets }] = await Promise.all([
    client(ECSClient, 'member').send(asked),
    client(ApplicationAutoScalingClient, 'member').send(new DescribeScalableTargetsCommand(scalableTarget(target))),
  ]);
  const { desiredCount, runningCount, taskDefinition, deployments } = services?.[0] ?? {};
  const { MinCapacity, MaxCapacity, SuspendedState } = ScalableTargets?.[0] ?? {};
  return {
    desiredCount,
    runningCount,
    taskDefinition,
    deployments: deployments?.map(({ id }) => id),
    scaling: { MinCapacity, MaxCapacity, SuspendedState },
  };
}

async function look(stage: Stage, target: EcsTask): Promise<Picture> {
  const [service, inline] = await Promise.all([serviceOf(stage, target), inlineOf(stage, companyOf(target).role)]);
  return { service, inline };
}

/** The thief with the task's credentials, and through its service; and a neighbour of the same role, who goes on whatever we do. */
async function attempts(stage: Stage, target: EcsTask): Promise<Attempts> {
  const deployment = { client: clients(stage.sandbox), sandbox: stage.sandbox };
  const { thief, innocent } = await attemptsOn(deployment, companyOf(target));
  return {
    stolen: thief.credentials,
    inside: thief.through,
    neighbour: innocent.credentials,
    'its task': innocent.task,
  };
}

const all: Attempts = { stolen: 'allowed', inside: 'allowed', neighbour: 'allowed', 'its task': 'allowed' };

/** Somebody else's work on it: one task after all. */
async function meddle({ client }: Stage, { cluster, service }: EcsTask): Promise<void> {
  const command = new UpdateServiceCommand({ cluster, service: service ?? '', desiredCount: 1 });
  await client(ECSClient, 'member').send(command);
}

async function undoing(stage: Stage, target: EcsTask): Promise<() => Promise<void>> {
  const { desiredCount, scaling } = await serviceOf(stage, target);
  const { ResourceIds: [ResourceId] = [], ...which } = scalableTarget(target);
  const { SuspendedState } = scaling;
  return async () => {
    const resume = new RegisterScalableTargetCommand({
      ...which,
      ResourceId,
      ...(SuspendedState && { SuspendedState }),
    });
    if (target.scaling) await stage.client(ApplicationAutoScalingClient, 'member').send(resume);
    const { cluster, service } = target;
    const count = new UpdateServiceCommand({ cluster, service: service ?? '', desiredCount });
    await stage.client(ECSClient, 'member').send(count);
  };
}

/** The thief makes more of it. */
async function plunder(stage: Stage, { cluster, service, id }: EcsTask): Promise<Spoils> {
  const command = new UpdateServiceCommand({ cluster, service: service ?? '', desiredCount: 3 });
  await stage.client(ECSClient, 'member').send(command);
  return async () => ({ task: await statusOf(stage, cluster, id) });
}

export const world: World<EcsTask> = {
  shapes: { 'a task on Fargate': aboutTask('FARGATE'), 'a task on an instance': aboutTask('EC2') },
  look,
  meddle,
  undoing,
  trial: {
    try: attempts,
    before: all,
    held: {
      'deny-session': { ...all, stolen: 'denied' },
      'scale-service': { ...all, inside: 'denied' },
    },
  },
  plunder,
};
