import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { kinds } from '../../../lib/domain/logs.ts';
import { anyInstance } from '../../ec2/instance/target.ts';
import type { Context } from './files.ts';

const sealed: { name: string; source: string; sha256?: string; bytes: Buffer }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: { kind: string; name: string; source: string; body: Uint8Array }) => {
    sealed.push({ ...artefact, bytes: Buffer.from(artefact.body) });
    return { kind: artefact.kind, uri: artefact.name };
  },
  sealStream: async (_: unknown, artefact: { kind: string; name: string; source: string; body: Readable }) => {
    sealed.push({ ...artefact, bytes: await buffer(artefact.body) });
    return { kind: artefact.kind, uri: artefact.name };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const { collect } = await import('./handler.ts');
const { collectLogs } = await import('./step.ts');

const now = '2026-11-30T03:00:00.000Z';
const place = { partition: 'aws', account: '444455556666', region: 'us-east-1' };
const named = (name: string) => Object.assign(new Error('no'), { name });
const account = '444455556666';
const file = (minute: string) =>
  `AWSLogs/${account}/CloudTrail/us-east-1/2026/11/30/${account}_CloudTrail_us-east-1_20261130T${minute}Z_a.json.gz`;
const content = Buffer.from([0x1f, 0x8b, 0, 255, 10]);
const flow = {
  FlowLogId: 'fl-1',
  ResourceId: 'vpc-1',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flows/own',
  CreationTime: new Date('2026-01-01'),
};

type Input = Readonly<Record<string, unknown>>;
type Answers = Readonly<Record<string, (input: Input) => object>>;
const usual: Answers = {
  LookupEvents: () => ({ Events: [{ EventId: 'e1', CloudTrailEvent: '{"eventID":"e1"}' }] }),
  DescribeTrails: () => ({
    trailList: [{ Name: 'main', TrailARN: 'arn:main', S3BucketName: 'trails', HomeRegion: 'us-east-1' }],
  }),
  GetTrailStatus: () => ({ IsLogging: true }),
  GetEventSelectors: () => ({ EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object' }] }] }),
  ListObjectsV2: ({ Bucket }) => ({
    Contents:
      Bucket === 'trails'
        ? [
            { Key: file('0230'), Size: 5 },
            { Key: file('0100'), Size: 5 },
          ]
        : [],
  }),
  GetObject: () => ({ Body: Readable.from([content.subarray(0, 2), content.subarray(2)]), ETag: '"t"' }),
  DescribeFlowLogs: () => ({ FlowLogs: [flow] }),
  DescribeDBInstances: () => ({ DBInstances: [] }),
  ListClusters: () => ({ clusters: [] }),
};

const asked: { name: string; input: Input; region: string }[] = [];

function context(answers: Answers = {}, mode: 'observe' | 'respond' = 'respond') {
  const interfaces = [{ id: 'eni-0123456789abcdef0', subnet: 'subnet-1', vpc: 'vpc-1' }];
  const target = { ...anyInstance(place), ...place, id: 'i-0123456789abcdef0', interfaces };
  const client = (Client: new (options: object) => object, region = place.region) => {
    const made = new Client({ region }) as {
      send: (command: { constructor: { name: string }; input: Input }) => unknown;
    };
    made.send = async ({ constructor: command, input }) => {
      const name = command.name.replace(/Command$/, '');
      asked.push({ name, input, region });
      return { ...usual, ...answers }[name]?.(input) ?? {};
    };
    return made;
  };
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: now };
  const finding = { firstSeen: '2026-11-30T02:45:00Z', targets: [] };
  return { target, run, finding, now: () => now, session: { client } } as unknown as Context;
}

const rowOf = async (kind: string, answers: Answers) =>
  (await collect(context(answers))).logs.find((row) => row.kind === kind);

describe('collect-logs', () => {
  beforeEach(() => {
    sealed.splice(0);
    asked.splice(0);
  });

  it('seals what concerns the time, as it is, and has a row for each of the seven kinds', async () => {
    const result = await collect(context());
    expect(collectLogs.result.safeParse({ ...result, evidence: [] }).success).toBe(true);
    expect(result.logs.map(({ kind }) => kind)).toEqual(kinds);
    expect(result).toMatchObject({ outcome: 'recorded' });
    expect(sealed.map(({ name }) => name)).toEqual([
      'logs/audit/event-history-us-east-1.ndjson',
      `logs/audit/${account}_CloudTrail_us-east-1_20261130T0230Z_a.json.gz`,
    ]);
    expect(sealed[0]?.bytes.toString()).toBe('{"eventID":"e1"}\n');
    const [, copy] = sealed;
    expect(copy?.bytes).toEqual(content);
    expect(copy?.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(copy?.source).toBe(`arn:aws:s3:::trails/${file('0230')}`);
  });

  it('asks for the very bytes that it hashed', async () => {
    await collect(context());
    expect(asked.filter(({ name }) => name === 'GetObject').map(({ input }) => input.IfMatch)).toEqual([
      undefined,
      '"t"',
    ]);
  });

  it('says that flow logs are off, and since when there are some', async () => {
    expect(await rowOf('network', { DescribeFlowLogs: () => ({ FlowLogs: [] }) })).toMatchObject({
      state: 'not enabled',
    });
    const CreationTime = new Date('2026-11-30T02:30:00Z');
    expect(
      await rowOf('network', { DescribeFlowLogs: () => ({ FlowLogs: [{ ...flow, CreationTime }] }) }),
    ).toMatchObject({
      state: 'gap',
      from: '2026-11-30T01:45:00.000Z',
      to: '2026-11-30T02:30:00.000Z',
    });
  });

  it('takes flow logs out of CloudWatch Logs, page by page, by the interface', async () => {
    const log = { ...flow, LogDestinationType: 'cloud-watch-logs', LogGroupName: 'flows' };
    const FilterLogEvents = ({ nextToken }: Input) =>
      nextToken ? { events: [{ message: '2 b' }] } : { events: [{ message: '2 a' }], nextToken: 'n' };
    await collect(context({ DescribeFlowLogs: () => ({ FlowLogs: [log] }), FilterLogEvents }));
    const own = sealed.find(({ name }) => name.startsWith('logs/network/'));
    expect(own?.bytes.toString()).toBe('2 a\n2 b\n');
    expect(asked.find(({ name }) => name === 'FilterLogEvents')?.input).toMatchObject({
      logStreamNamePrefix: 'eni-0123456789abcdef0',
      startTime: Date.parse('2026-11-30T01:45:00Z'),
    });
  });

  it('says since when a stopped trail recorded nothing of objects', async () => {
    const StopLoggingTime = new Date('2026-11-30T02:40:00Z');
    const row = await rowOf('storage', { GetTrailStatus: () => ({ IsLogging: false, StopLoggingTime }) });
    expect(row).toMatchObject({ state: 'gap', from: '2026-11-30T02:40:00.000Z', to: null });
  });

  it('says what was denied, and by whose words; the other kinds lose nothing by it', async () => {
    const denied = () => {
      throw named('AccessDeniedException');
    };
    const result = await collect(context({ DescribeFlowLogs: denied, ListClusters: denied, ListObjectsV2: denied }));
    expect(result.outcome).toBe('partly-recorded');
    expect(result.because).toMatch(/audit: s3:\/\/trails.*AccessDenied.*network: .*kubernetes: /);
    const states = Object.fromEntries(result.logs.map(({ kind, state }) => [kind, state]));
    expect(states).toMatchObject({
      audit: 'available',
      network: 'denied',
      kubernetes: 'denied',
      database: 'not enabled',
    });
    expect(await rowOf('key', { LookupEvents: denied, DescribeTrails: () => ({}) })).toMatchObject({ state: 'denied' });
  });

  it('names the command for what there is no room for', async () => {
    const Contents = Array.from({ length: 90 }, (_, at) => ({ Key: file('0230').replace('_a.', `_a${at}.`), Size: 1 }));
    const result = await collect(
      context({ ListObjectsV2: ({ Bucket }) => ({ Contents: Bucket === 'trails' ? Contents : [] }) }),
    );
    expect(result).toMatchObject({
      outcome: 'partly-recorded',
      because: expect.stringContaining('no room for 10 files'),
    });
    expect(result.logs[0]?.left).toEqual([
      `aws s3 cp --recursive s3://trails/AWSLogs/${account}/CloudTrail/us-east-1/2026/11/30/ ./AWSLogs/${account}/CloudTrail/us-east-1/2026/11/30/`,
    ]);
  });

  it('follows S3 to the Region of the bucket', async () => {
    const away = Object.assign(named('PermanentRedirect'), {
      $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    });
    let calls = 0;
    const ListObjectsV2 = (input: Input) => {
      if (calls++ === 0) throw away;
      return usual.ListObjectsV2?.(input) ?? {};
    };
    await collect(context({ ListObjectsV2, DescribeFlowLogs: () => ({}) }));
    const listed = asked.filter(({ name }) => name === 'ListObjectsV2').map(({ region }) => region);
    expect(listed).toEqual(['us-east-1', 'eu-west-1']);
    expect(sealed).toHaveLength(2);
  });

  it('observing, it reads no log', async () => {
    const result = await collect(context({}, 'observe'));
    expect(result).toMatchObject({ outcome: 'would-record', evidence: [] });
    expect(sealed).toEqual([]);
    expect(asked.filter(({ name }) => name === 'GetObject')).toEqual([]);
  });
});
