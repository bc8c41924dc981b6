/** Tasks of the small company: a service that a thief has got into, and another one that goes on with the same role. */
import { randomBytes } from 'node:crypto';
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Credentials, Deployment } from './deployment.ts';
import { type Attempt, customers, type Estate, launch, tryTheft } from './estate.ts';
import { findingAbout } from './finding.ts';

type InAccount = Pick<Deployment, 'client' | 'sandbox'>;
export type Launch = 'FARGATE' | 'EC2';

export interface Company {
  readonly cluster: string;
  readonly role: string;
  /** The task a finding is about, and its service; null where somebody runs it by itself. */
  readonly task: string;
  readonly service: string | null;
  /** ARN of the definition that all of its tasks run. */
  readonly definition: string;
  /** What the thief copied from it, and what another task of the same role works with. */
  readonly thief: Credentials;
  readonly innocent: Credentials;
  readonly other: string;
}

const policy = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });

async function roleIn({ client }: InAccount, RoleName: string): Promise<string> {
  const iam = client(IAMClient, 'member');
  const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const made = { RoleName, Path: '/apps/', AssumeRolePolicyDocument: policy(trust) };
  const { Role } = await iam.send(new CreateRoleCommand(made));
  const rights = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${customers.arn}/*` };
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: policy(rights) }));
  return Role?.Arn ?? '';
}

const definitionOf = (family: string, taskRoleArn: string, launchType: Launch) => ({
  family,
  taskRoleArn,
  cpu: '256',
  memory: '512',
  networkMode: launchType === 'FARGATE' ? ('awsvpc' as const) : ('bridge' as const),
  containerDefinitions: [
    {
      name: 'app',
      image: 'example.com/app:1',
      cpu: 256,
      memory: 512,
      environment: [{ name: 'DB_PASSWORD', value: 'correct-horse-battery' }],
      logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': '/ecs/app' } },
    },
  ],
});

/** Ids of the tasks of a service that are to run. */
export async function runningIn({ client }: Pick<InAccount, 'client'>, cluster: string, serviceName: string) {
  const { taskArns = [] } = await client(ECSClient, 'member').send(new ListTasksCommand({ cluster, serviceName }));
  return taskArns.map((arn) => arn.split('/').at(-1) ?? '');
}

/** A service of two that scales between one and four, or a task by itself, and another service beside it. */
export async function tasksOf(
  deployment: Deployment,
  estate: Estate,
  launchType: Launch,
  by: 'a service' | 'itself' = 'a service',
): Promise<Company> {
  const { client, sandbox } = deployment;
  const ecs = client(ECSClient, 'member');
  const word = randomBytes(4).toString('hex');
  const [cluster, role, service] = [`shop-${word}`, `task-${word}`, `web-${word}`];
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  if (launchType === 'EC2') {
    const instanceId = await launch(deployment, estate, { scaling: 'on its own' });
    const instanceIdentityDocument = JSON.stringify({ instanceId });
    await ecs.send(new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument }));
  }
  const taskDefinition = `app-${word}`;
  const arn = await roleIn(deployment, role);
  const registered = await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(taskDefinition, arn, launchType)));
  const definition = registered.taskDefinition?.taskDefinitionArn ?? '';
  const awsvpcConfiguration = { subnets: [estate.subnets[0]], securityGroups: [estate.groups.web] };
  const network = launchType === 'FARGATE' ? { networkConfiguration: { awsvpcConfiguration } } : {};
  const what = { cluster, taskDefinition, launchType, enableExecuteCommand: true, ...network };
  await ecs.send(new CreateServiceCommand({ ...what, serviceName: 'other', desiredCount: 1 }));
  const [other = ''] = await runningIn(deployment, cluster, 'other');
  let task = '';
  if (by === 'itself') {
    const { tasks } = await ecs.send(new RunTaskCommand(what));
    task = tasks?.[0]?.taskArn?.split('/').at(-1) ?? '';
  } else {
    await ecs.send(new CreateServiceCommand({ ...what, serviceName: service, desiredCount: 2 }));
    [task = ''] = await runningIn(deployment, cluster, service);
    if (launchType === 'FARGATE') await scaled(deployment, cluster, service);
  }
  const sessionOf = (session: string) =>
    sandbox.post<Credentials>('/_sandbox/role-session', { account: sandbox.accounts.member, role, session });
  const [thief, innocent] = (await Promise.all([task, other].map(sessionOf))) as [Credentials, Credentials];
  return { cluster, role, task, service: by === 'itself' ? null : service, definition, thief, innocent, other };
}

async function scaled({ client }: InAccount, cluster: string, service: string): Promise<void> {
  await client(ApplicationAutoScalingClient, 'member').send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: `service/${cluster}/${service}`,
      MinCapacity: 1,
      MaxCapacity: 4,
    }),
  );
}

/** Whether somebody with rights enough gets a shell in a task: by ECS Exec, as people do. */
export async function shellIn({ client }: Pick<InAccount, 'client'>, cluster: string, task: string): Promise<Attempt> {
  const command = new ExecuteCommandCommand({ cluster, task, command: '/bin/sh', interactive: true });
  return client(ECSClient, 'member')
    .send(command)
    .then(
      () => 'allowed' as const,
      (error: Error) => {
        if (error.name !== 'InvalidParameterException') throw error;
        return 'denied' as const;
      },
    );
}

export async function statusOf({ client }: Pick<InAccount, 'client'>, cluster: string, task: string): Promise<string> {
  const { tasks } = await client(ECSClient, 'member').send(new DescribeTasksCommand({ cluster, tasks: [task] }));
  return tasks?.[0]?.desiredStatus ?? 'MISSING';
}

const attempted = (came: boolean): Attempt => (came ? 'allowed' : 'denied');

/** What the thief can do, with the task's credentials and through its service or itself; and the innocent one beside it. */
export async function attemptsOn(deployment: InAccount, { cluster, service, task, thief, innocent, other }: Company) {
  const inside = service ? await runningIn(deployment, cluster, service) : [task];
  const [stolen, through, theirs, status] = await Promise.all([
    tryTheft(deployment, thief),
    Promise.all(inside.map((one) => shellIn(deployment, cluster, one))),
    tryTheft(deployment, innocent),
    statusOf(deployment, cluster, other),
  ]);
  return {
    thief: { credentials: stolen, through: attempted(through.includes('allowed')) },
    innocent: { credentials: theirs, task: attempted(status === 'RUNNING') },
  };
}

/** A GuardDuty finding about the task (GuardDuty user guide, "Finding details", ECS cluster details). */
export function findingAboutTask(deployment: InAccount, { cluster, task, service, definition }: Company) {
  const { accounts, region } = deployment.sandbox;
  const at = (path: string): string => `arn:aws:ecs:${region}:${accounts.member}:${path}`;
  const type = 'CryptoCurrency:Runtime/BitcoinTool.B';
  return {
    ...findingAbout(deployment, 'none', { type }),
    title: `A task in ${cluster} talks to a Bitcoin mining pool.`,
    description: `A process in the task ${task} queries an address associated with Bitcoin mining.`,
    resource: {
      resourceType: 'ECSCluster',
      ecsClusterDetails: {
        name: cluster,
        arn: at(`cluster/${cluster}`),
        status: 'ACTIVE',
        taskDetails: {
          arn: at(`task/${cluster}/${task}`),
          definitionArn: definition,
          group: service ? `service:${service}` : 'family:app',
        },
      },
    },
  };
}
