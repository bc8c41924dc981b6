import { expect, it } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Session } from '../../runtime/session.ts';
import { ecsTaskFacts } from './facts.ts';
import { ecsTask } from './target.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const id = '0123456789abcdef0123456789abcdef';
const roleOf = (name: string): string => `arn:aws:iam::111122223333:role/apps/${name}`;
const scalable = 'arn:aws:application-autoscaling:eu-central-1:111122223333:scalable-target/0a1b';

type Answers = Readonly<Record<string, object | Error>>;
const task = { group: 'service:web', launchType: 'EC2', taskDefinitionArn: 'web:7', containerInstanceArn: 'instance' };
const usual: Answers = {
  DescribeTasks: { tasks: [{ ...task, tags: [{ key: 'environment', value: 'canary' }] }] },
  DescribeTaskDefinition: { taskDefinition: { taskRoleArn: roleOf('web') } },
  DescribeContainerInstances: { containerInstances: [{ ec2InstanceId: 'i-0123456789abcdef0' }] },
  DescribeScalableTargets: { ScalableTargets: [{ ScalableTargetARN: scalable }] },
  GetRole: { Role: { RoleName: 'web', RoleId: 'AROAEXAMPLE', Arn: roleOf('web') } },
  ListRolePolicies: { PolicyNames: ['read'] },
};
const failing = (name: string): Error => Object.assign(new Error('no'), { name });

/** What is sent while other calls are still under way belongs to the same row. */
function read(more: Answers = {}, definition?: string) {
  const asked: { name: string; row: number; input: { RoleName?: string } }[] = [];
  let row = 0;
  let under = 0;
  const send = async (command: { constructor: { name: string }; input: { RoleName?: string } }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    row += under === 0 ? 1 : 0;
    under += 1;
    asked.push({ name, row, input: command.input });
    await new Promise((resolve) => setTimeout(resolve));
    under -= 1;
    const answer = { ...usual, ...more }[name] ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const base = ecsTask.from(named('ecs-task', id, place, { inside: 'shop' }), { place, now: '', since: null });
  if (!base) throw new Error('no task');
  const session = { client: () => ({ send }) } as unknown as Session;
  const targets = [named('ecs-task', id, place, { inside: 'shop', ...(definition && { definition }) })];
  return ecsTaskFacts.read(base, session, { targets } as unknown as Finding).then((facts) => ({ ...facts, asked }));
}

it('knows the service, its scaling, the host, the role and the tags', async () => {
  expect(await read()).toMatchObject({
    known: 'read',
    target: {
      cluster: 'shop',
      definition: 'web:7',
      service: 'web',
      scaling: scalable,
      launch: 'EC2',
      host: 'i-0123456789abcdef0',
      roleArn: roleOf('web'),
      role: { id: 'AROAEXAMPLE', policies: ['read'] },
      tags: { environment: 'canary' },
    },
  });
});

it('takes the role that the task was started with before that of its definition', async () => {
  const overrides = { taskRoleArn: roleOf('other') };
  const { target, asked } = await read({ DescribeTasks: { tasks: [{ ...task, overrides }] } });
  expect(target.roleArn).toBe(roleOf('other'));
  expect(asked.map(({ name }) => name)).not.toContain('DescribeTaskDefinition');
  expect(asked.find(({ name }) => name === 'GetRole')?.input.RoleName).toBe('other');
});

it('asks in two rows where the finding names the definition, and reads the one that ECS names where it is another', async () => {
  const { asked, target } = await read({}, 'web:7');
  expect(Math.max(...asked.map(({ row }) => row))).toBe(2);
  expect(asked.filter(({ name }) => name === 'DescribeTaskDefinition')).toHaveLength(1);
  expect(target.roleArn).toBe(roleOf('web'));
  const other = await read({}, 'web:6');
  expect(other.asked.filter(({ name }) => name === 'DescribeTaskDefinition')).toHaveLength(2);
  expect(other.target).toMatchObject({ definition: 'web:7', roleArn: roleOf('web') });
});

it.each([
  ['by itself', { DescribeTasks: { tasks: [{ ...task, group: 'family:web' }] } }, { service: null, scaling: null }],
  [
    'on a machine outside of AWS',
    { DescribeContainerInstances: { containerInstances: [{ ec2InstanceId: 'mi-0123456789abcdef0' }] } },
    { host: null },
  ],
  ['without a role', { DescribeTaskDefinition: { taskDefinition: {} } }, { roleArn: null, role: null }],
  ['with a role that is gone', { GetRole: failing('NoSuchEntity') }, { roleArn: roleOf('web'), role: null }],
  [
    'where host and scaling may not be read',
    { DescribeContainerInstances: failing('AccessDeniedException'), DescribeScalableTargets: failing('AccessDenied') },
    { service: 'web', host: null, scaling: null },
  ],
] as const)('of a task %s says so', async (_, answers, facts) => {
  expect(await read(answers)).toMatchObject({ known: 'read', target: facts });
});

it.each([
  ['an hour after it stopped', { DescribeTasks: { tasks: [] } }],
  ['with its cluster', { DescribeTasks: failing('ClusterNotFoundException') }],
] as const)('is gone %s, and says what still is to be done', async (_, answers) => {
  expect(await read(answers)).toMatchObject({ known: 'gone', because: expect.stringMatching(/service.*image.*role/) });
});

it.each([
  ['no cluster', named('ecs-task', id, place)],
  ['no id that ECS gives', named('ecs-task', 'web', place, { inside: 'shop' })],
])('of a finding with %s no task is made', (_, first) => {
  expect(ecsTask.from(first, { place, now: '', since: null })).toBeNull();
});
