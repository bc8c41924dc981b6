/** Logs of each kind, where their owners send them: found, narrowed, sealed; and what shuts them is said. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Kind } from '../../../lib/domain/logs.ts';
import { anyInstance } from '../../ec2/instance/target.ts';
import { ecsTask } from '../../ecs/ecs-task/target.ts';
import { eksCluster } from '../../eks/eks-cluster/target.ts';
import { lambdaFunction } from '../../lambda/lambda-function/target.ts';
import { dbInstance } from '../../rds/db-instance/target.ts';
import { bucket } from '../../s3/bucket/target.ts';
import type { Target } from '../../targets/target.ts';
import type { Context } from './files.ts';

const sealed: { name: string; source: string; text: string }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (
    _: unknown,
    { kind, name, source, body }: { kind: string; name: string; source: string; body: Buffer },
  ) => {
    sealed.push({ name, source, text: body.toString() });
    return { kind, uri: name };
  },
  sealStream: async (_: unknown, one: { kind: string; name: string; source: string; body: Readable }) => {
    sealed.push({ name: one.name, source: one.source, text: (await buffer(one.body)).toString() });
    return { kind: one.kind, uri: one.name };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const { collect } = await import('./handler.ts');

const now = '2026-11-30T03:00:00.000Z';
const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });
const account = place.account;
type Input = Readonly<Record<string, unknown>>;
type Answers = Readonly<Record<string, (input: Input) => object>>;
const asked: { name: string; input: Input }[] = [];

const instance = {
  ...anyInstance(place),
  ...place,
  id: 'i-0123456789abcdef0',
  interfaces: [
    {
      id: 'eni-0123456789abcdef0',
      subnet: 'subnet-1',
      vpc: 'vpc-1',
      groups: [],
      publicAddress: null,
      own: ['10.0.0.9'],
    },
  ],
} as Target;

function context(target: Target, answers: Answers): Context {
  const client = (Client: new (options: object) => object) => {
    const made = new Client({ region: place.region }) as {
      send: (command: { constructor: { name: string }; input: Input }) => unknown;
    };
    made.send = async ({ constructor: command, input }) => {
      const name = command.name.replace(/Command$/, '');
      asked.push({ name, input });
      return answers[name]?.(input) ?? {};
    };
    return made;
  };
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond', openedAt: now };
  return {
    target,
    run,
    finding: { firstSeen: now, targets: [] },
    now: () => now,
    session: { client },
  } as unknown as Context;
}

async function rowOf(kind: Kind, target: Target, answers: Answers) {
  const { logs, because } = await collect(context(target, answers));
  return { ...logs.find((row) => row.kind === kind), because };
}
const askedOf = (name: string) => asked.filter((one) => one.name === name).map(({ input }) => input);
const events = (...messages: string[]) => ({
  events: messages.map((message) => ({ message, timestamp: 7, logStreamName: 's' })),
});
const filesOf = (...keys: string[]): Answers => ({
  ListObjectsV2: ({ Prefix = '' }) => ({
    Contents: keys.filter((key) => key.startsWith(String(Prefix))).map((Key) => ({ Key, Size: 2 })),
  }),
  GetObject: () => ({ Body: Readable.from([Buffer.from('ok')]), ETag: '"t"' }),
});

beforeEach(() => {
  sealed.splice(0);
  asked.splice(0);
  for (const [name, value] of Object.entries({ NAME: 'blue', PARTITION: 'aws', ROLE_PATH: '/' }))
    vi.stubEnv(`TOURNIQUET_${name}`, value);
});

const resolverTo = (DestinationArn: string): Answers => ({
  ListResolverQueryLogConfigAssociations: () => ({
    ResolverQueryLogConfigAssociations: [{ ResolverQueryLogConfigId: 'rqlc-1', ResourceId: 'vpc-1' }],
  }),
  ListResolverQueryLogConfigs: () => ({ ResolverQueryLogConfigs: [{ Id: 'rqlc-1', Name: 'dns', DestinationArn }] }),
});

it('names that an instance asked for are taken from the log group; without flow logs that is a gap', async () => {
  const to = 'arn:aws:logs:eu-central-1:444455556666:log-group:/dns:*';
  const FilterLogEvents = () => events('{"query_name":"pool.example."}');
  const row = await rowOf('network', instance, { ...resolverTo(to), FilterLogEvents });
  expect(row).toMatchObject({ state: 'gap', from: '2026-11-30T02:00:00.000Z', to: now, sealed: 1 });
  expect(row.words).toMatch(
    /no flow log of its interfaces.*; Resolver query log dns of vpc-1: 1 part of log group \/dns/,
  );
  expect(askedOf('FilterLogEvents')).toMatchObject([{ logGroupName: '/dns', filterPattern: '"i-0123456789abcdef0"' }]);
  expect(sealed).toMatchObject([{ name: 'logs/network/dns-1.log', text: '{"query_name":"pool.example."}\n' }]);
});

it('of a bucket the files of its VPC are taken, by the minute in their names', async () => {
  const folder = `own/AWSLogs/${account}/vpcdnsquerylogs/vpc-1/2026/11/30/`;
  const file = (minute: string) => `${folder}vpc-1_vpcdnsquerylogs_${account}_20261130T${minute}Z_1a2b.log.gz`;
  const answers = { ...resolverTo('arn:aws:s3:::dns-logs/own'), ...filesOf(file('0230'), file('0100')) };
  await rowOf('network', instance, answers);
  expect(sealed.map(({ source }) => source)).toEqual([`arn:aws:s3:::dns-logs/${file('0230')}`]);
});

it('requests are taken from the logs of balancers in its VPC alone, and of WAF', async () => {
  const arn = (name: string) =>
    `arn:aws:elasticloadbalancing:eu-central-1:${account}:loadbalancer/app/${name}/50dc6c495c0c9188`;
  const folder = `AWSLogs/${account}/elasticloadbalancing/eu-central-1/2026/11/30/`;
  const file = (name: string) =>
    `${folder}${account}_elasticloadbalancing_eu-central-1_app.${name}.50dc6c495c0c9188_20261130T0240Z_10.0.0.1_x1.log.gz`;
  const waf = `AWSLogs/${account}/WAFLogs/eu-central-1/front/2026/11/30/02/40/${account}_waflogs_eu-central-1_front_20261130T0240Z_1.log.gz`;
  const balancer = (name: string, VpcId: string) => ({ LoadBalancerName: name, LoadBalancerArn: arn(name), VpcId });
  const row = await rowOf('network', instance, {
    DescribeLoadBalancers: () => ({ LoadBalancers: [balancer('shop', 'vpc-1'), balancer('other', 'vpc-2')] }),
    DescribeLoadBalancerAttributes: () => ({
      Attributes: [
        { Key: 'access_logs.s3.enabled', Value: 'true' },
        { Key: 'access_logs.s3.bucket', Value: 'web' },
      ],
    }),
    ListLoggingConfigurations: () => ({
      LoggingConfigurations: [
        {
          ResourceArn: `arn:aws:wafv2:eu-central-1:${account}:regional/webacl/front/1`,
          LogDestinationConfigs: ['arn:aws:s3:::aws-waf-logs-web'],
        },
      ],
    }),
    ...filesOf(file('shop'), file('other'), waf),
  });
  expect(sealed.map(({ source }) => source.split('/').at(-1)).toSorted()).toEqual(
    [file('shop'), waf].map((key) => key.split('/').at(-1)).toSorted(),
  );
  expect(row).toMatchObject({ state: 'gap', sealed: 2 });
});

it('of a cluster all that its control plane logged is taken, with the time of CloudWatch Logs', async () => {
  const target = { ...eksCluster.any(place), id: 'shop' } as Target;
  const row = await rowOf('kubernetes', target, {
    DescribeCluster: () => ({
      cluster: { logging: { clusterLogging: [{ enabled: true, types: ['audit', 'authenticator', 'api'] }] } },
    }),
    FilterLogEvents: () => events('a', 'b'),
  });
  expect(row).toMatchObject({ state: 'available', sealed: 2 });
  expect(
    askedOf('FilterLogEvents').map(({ logStreamNamePrefix, filterPattern }) => [logStreamNamePrefix, filterPattern]),
  ).toEqual([
    ['kube-apiserver-audit-', undefined],
    ['authenticator-', undefined],
  ]);
  expect(JSON.parse(sealed[0]?.text.split('\n')[0] ?? '')).toEqual({
    logGroup: '/aws/eks/shop/cluster',
    message: 'a',
    timestamp: 7,
    logStreamName: 's',
  });
});

it('of a cluster that others use only what names whom the incident concerns', async () => {
  await rowOf('kubernetes', instance, {
    ListClusters: () => ({ clusters: ['shop'] }),
    DescribeCluster: () => ({ cluster: { logging: { clusterLogging: [{ enabled: true, types: ['audit'] }] } } }),
  });
  expect(askedOf('FilterLogEvents')).toMatchObject([{ filterPattern: '"i-0123456789abcdef0"' }]);
});

const databases: Answers = {
  DescribeDBInstances: () => ({
    DBInstances: [
      { DBInstanceIdentifier: 'orders', EnabledCloudwatchLogsExports: ['postgresql'] },
      { DBInstanceIdentifier: 'a-1', DBClusterIdentifier: 'aurora', EnabledCloudwatchLogsExports: ['audit'] },
    ],
  }),
  FilterLogEvents: () => events('LOG: connection received: host=10.0.0.9'),
};

it('of a database its exported logs are taken whole, of others the lines with an address of the instance', async () => {
  const target = { ...dbInstance.any(place), id: 'orders', cluster: null, instances: ['orders'] } as Target;
  expect(await rowOf('database', target, databases)).toMatchObject({ state: 'available', sealed: 1 });
  expect(askedOf('FilterLogEvents')).toMatchObject([{ logGroupName: '/aws/rds/instance/orders/postgresql' }]);
  asked.splice(0);
  await rowOf('database', instance, databases);
  expect(askedOf('FilterLogEvents').map(({ logGroupName, filterPattern }) => [logGroupName, filterPattern])).toEqual([
    ['/aws/rds/instance/orders/postgresql', '"10.0.0.9"'],
    ['/aws/rds/cluster/aurora/audit', '"10.0.0.9"'],
  ]);
});

it('a function has its group, and one that never wrote says so', async () => {
  const target = { ...lambdaFunction.any(place), id: 'orders' } as Target;
  await rowOf('compute', target, { FilterLogEvents: () => events('START') });
  expect(sealed).toMatchObject([{ name: 'logs/compute/aws-lambda-orders-1.log' }]);
  const FilterLogEvents = () => {
    throw named('ResourceNotFoundException');
  };
  const row = await rowOf('compute', target, { FilterLogEvents });
  expect(row).toMatchObject({ state: 'not enabled', words: expect.stringContaining('nothing was ever written') });
});

it('a task has the streams of its containers', async () => {
  const target = { ...ecsTask.any(place), id: 'a1', definition: 'web:1' } as Target;
  const options = { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web' };
  const containers = [
    { name: 'app', logConfiguration: { logDriver: 'awslogs', options } },
    { name: 'side', logConfiguration: { logDriver: 'fluentd' } },
  ];
  const row = await rowOf('compute', target, {
    DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: containers } }),
    FilterLogEvents: () => events('hello'),
  });
  expect(askedOf('FilterLogEvents')).toMatchObject([{ logGroupName: '/ecs/web', logStreamNamePrefix: 'web/app/a1' }]);
  expect(row).toMatchObject({ state: 'available', words: expect.stringContaining('container side sends no log') });
});

it('a bucket has its access log, under whatever prefix its owner chose', async () => {
  const target = { ...bucket.any(place), id: 'orders' } as Target;
  const file = 'logs/orders-2026-11-30-02-40-00-0123456789ABCDEF';
  const answers = {
    GetBucketLogging: () => ({ LoggingEnabled: { TargetBucket: 'access', TargetPrefix: 'logs/orders-' } }),
    ...filesOf(file, 'logs/orders-2026-11-30-02-40-00-report.sh', 'logs/orders-2026-11-30-00-10-00-0123456789ABCDEF'),
  };
  expect(await rowOf('storage', target, answers)).toMatchObject({ state: 'available', sealed: 1 });
  expect(sealed.map(({ source }) => source)).toEqual([`arn:aws:s3:::access/${file}`]);
  expect(await rowOf('storage', target, {})).toMatchObject({ state: 'not enabled' });
});

it('a file that a key shuts is denied by the name of the key, with the command that grants it', async () => {
  const target = { ...bucket.any(place), id: 'orders' } as Target;
  const key = 'arn:aws:kms:eu-central-1:777788889999:key/0a1b2c3d-0000-4000-8000-000000000000';
  const answers = {
    GetBucketLogging: () => ({ LoggingEnabled: { TargetBucket: 'access', TargetPrefix: '' } }),
    ...filesOf('2026-11-30-02-40-00-0123456789ABCDEF'),
    GetObject: () => {
      throw named('AccessDenied', 'not authorized to perform: kms:Decrypt');
    },
    HeadObject: () => ({ SSEKMSKeyId: key }),
  };
  const row = await rowOf('storage', target, answers);
  expect(row).toMatchObject({ state: 'denied', words: expect.stringContaining(`encrypted with ${key}`) });
  expect(row.left).toEqual([
    `aws kms create-grant --region eu-central-1 --key-id ${key} --grantee-principal arn:aws:iam::444455556666:role/blue-read-evidence --operations Decrypt`,
  ]);
  expect(row.because).toContain(key);
  const HeadObject = () => {
    throw named('AccessDenied');
  };
  const shut = await rowOf('storage', target, { ...answers, HeadObject });
  expect(shut).toMatchObject({ state: 'denied', left: [], words: expect.not.stringContaining('encrypted') });
});

it('the rest of a group is named with the whole command', async () => {
  const to = 'arn:aws:logs:eu-central-1:444455556666:log-group:/dns:*';
  const FilterLogEvents = () => ({ ...events('x'.repeat(9 * 2 ** 20)), nextToken: 'more' });
  const row = await rowOf('network', instance, { ...resolverTo(to), FilterLogEvents });
  expect(row.sealed).toBe(8);
  expect(row.left).toEqual([
    `aws logs filter-log-events --region eu-central-1 --log-group-name /dns --filter-pattern '"i-0123456789abcdef0"' --start-time ${Date.parse('2026-11-30T02:00:00Z')} --end-time ${Date.parse(now)}`,
  ]);
});
