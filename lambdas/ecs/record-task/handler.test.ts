import { ECSClient } from '@aws-sdk/client-ecs';
import { beforeEach, expect, it, vi } from 'vitest';
import type { StepContext } from '../../runtime/serve-step.ts';
import { type EcsTask, ecsTask } from '../ecs-task/target.ts';

const sealed: { name: string; body: Uint8Array }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: { name: string; kind: string; body: Uint8Array }) => {
    sealed.push(artefact);
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const { record } = await import('./handler.ts');

const container = {
  name: 'app',
  environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
  secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-central-1:111122223333:parameter/token' }],
  logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web' } },
};
const answers = {
  DescribeTasks: () => ({ tasks: [{ taskArn: 'the task' }] }),
  DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [container] } }),
  DescribeServices: () => ({ services: [{ serviceName: 'web' }] }),
  DescribeClusters: () => ({ clusters: [{ configuration: { executeCommandConfiguration: { logging: 'OVERRIDE' } } }] }),
};
const target: EcsTask = {
  ...ecsTask.any({ partition: 'aws', account: '111122223333', region: 'eu-central-1' }),
  id: '0123456789abcdef0123456789abcdef',
  launch: 'FARGATE',
  host: null,
};

function context(of: EcsTask, given: Record<string, () => object> = answers) {
  const ecs = new ECSClient({ region: 'eu-central-1' });
  vi.spyOn(ecs, 'send').mockImplementation(async (command: { constructor: { name: string } }) =>
    given[command.constructor.name.replace(/Command$/, '')]?.(),
  );
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond', openedAt: '2026-11-21T10:00:00.000Z' };
  return { target: of, run, session: { client: () => ecs } } as unknown as StepContext<EcsTask>;
}

beforeEach(() => sealed.splice(0));

it('seals all of it whole, and no value of an environment leaves the vault', async () => {
  const result = await record(context(target));
  expect(result.outcome).toBe('recorded');
  const names = sealed.map(({ name }) => name).toSorted();
  expect(names).toEqual(['cluster.json', 'service.json', 'task-definition.json', 'task.json']);
  expect(sealed.map(({ body }) => Buffer.from(body).toString()).join()).toContain('hunter2');
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

it('says where the logs lie, and that Fargate leaves no disk', async () => {
  const { gaps } = await record(context(target));
  expect(gaps).toEqual([
    { kind: 'logs', because: `not copied; of container app: /ecs/web, stream web/app/${target.id}` },
    { kind: 'disk', because: expect.stringContaining('Fargate leaves no disk image') },
  ]);
  const onHost = await record(context({ ...target, launch: 'EC2', host: 'i-0123456789abcdef0' }));
  expect(onHost.gaps.map(({ kind }) => kind)).toEqual(['logs']);
});

it('names no option of other log drivers: they hold tokens', async () => {
  const logConfiguration = { logDriver: 'splunk', options: { 'splunk-token': 'hunter2' } };
  const DescribeTaskDefinition = () => ({
    taskDefinition: { containerDefinitions: [{ ...container, logConfiguration }] },
  });
  const { gaps } = await record(context(target, { ...answers, DescribeTaskDefinition }));
  expect(gaps[0]?.because).toBe('not copied; of container app: by splunk');
});

it('keeps what it has where one piece is denied', async () => {
  const DescribeClusters = () => {
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  };
  const result = await record(context(target, { ...answers, DescribeClusters }));
  expect(result).toMatchObject({ outcome: 'partly-recorded', because: expect.stringContaining('cluster is missing') });
  expect(sealed).toHaveLength(3);
});
