import { expect, it } from 'vitest';
import { type EcsTask, ecsTask } from '../ecs-task/target.ts';
import { measured } from './plan.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target: EcsTask = {
  ...ecsTask.any(place),
  id: '0123456789abcdef0123456789abcdef',
  cluster: 'shop',
  service: 'web',
  launch: 'FARGATE',
  host: null,
  roleArn: 'arn:aws:iam::111122223333:role/app/web',
};
const at = '2026-11-29T10:00:00.000Z';
const running = { read: { createdAt: at, runs: 'runs', exec: 'off' } } as const;
const service = { read: { running: 2, desired: 3, strategy: 'REPLICA', groups: ['front'] } };

it('says who needs it, what stops, how it comes back, and what is lost', () => {
  expect(measured(target, { task: running, service, bounds: { read: { least: 1, most: 4 } } })).toEqual({
    outcome: 'measured',
    facts: [
      'Service web: 2 of 3 tasks running. A yes stops all of them; target groups front have no task then',
      'Undo: 3 tasks started anew, usually within minutes',
      'Application Auto Scaling keeps it between 1 and 4; a yes suspends that',
      'The task still runs',
      'It runs on Fargate: AWS keeps no image of its disk, and stopping it loses the disk',
      'Role web: only the session of this task is denied',
    ],
    unknown: [],
    removable: 'some',
    createdAt: at,
  });
});

it('finds nothing to stop of a task that has ended, is unknown, or could not be read', () => {
  const rest = { service, bounds: { read: null } };
  for (const task of [
    { read: { createdAt: at, runs: 'stopped', exec: 'off' } } as const,
    { read: null },
    { error: 'AccessDeniedException: no' },
  ])
    expect(measured(target, { task, ...rest })).toMatchObject({ removable: 'none', createdAt: null });
});

it('names what could not be read', () => {
  const lost = { error: 'AccessDeniedException: no' };
  const { facts, unknown } = measured(target, { task: running, service: lost, bounds: { read: null } });
  expect(unknown).toEqual(['service: AccessDeniedException: no']);
  expect(facts.join()).not.toContain('Service web');
});

it.each([
  ['a task by itself', { ...target, service: null }, /No service started it/],
  [
    'a task of Batch',
    { ...target, service: null, cluster: 'night_Batch_4d59ba21-ec7e-3b9c-8bd0-0123456789ab' },
    /terminating its job/,
  ],
  ['a task on an instance', { ...target, launch: 'EC2', host: 'i-0123456789abcdef0' }, /instance i-0123456789abcdef0/],
  ['a task without a role', { ...target, roleArn: null }, /has no role/],
] as const)('says what is special of %s', (_, task, words) => {
  const none = { read: null };
  expect(measured(task, { task: running, service: none, bounds: none }).facts).toContainEqual(
    expect.stringMatching(words),
  );
});
