/** The second look: what CloudTrail and others deliver late is added, what was sealed is not sealed again, and each row says whether its gap is closed. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it, vi } from 'vitest';
import { anyInstance } from '../../ec2/instance/target.ts';
import type { Context } from './files.ts';

const sealed: { name: string; text: string }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (
    _: unknown,
    { kind, name, source, body }: { kind: string; name: string; source: string; body: Buffer },
  ) => {
    sealed.push({ name, text: body.toString() });
    return { kind, source, uri: name };
  },
  sealStream: async (
    _: unknown,
    { kind, name, source, body }: { kind: string; name: string; source: string; body: Readable },
  ) => {
    sealed.push({ name, text: (await buffer(body)).toString() });
    return { kind, source, uri: name };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const { collect } = await import('./handler.ts');

const place = { partition: 'aws', account: '444455556666', region: 'us-east-1' };
const [first, second] = ['2026-11-30T03:00:00.000Z', '2026-11-30T03:20:00.000Z'];
const interfaces = [{ id: 'eni-0123456789abcdef0', subnet: 'subnet-1', vpc: 'vpc-1' }];
const folder = 'AWSLogs/444455556666/CloudTrail/us-east-1/2026/11/30/';
const file = (minute: string) => `${folder}444455556666_CloudTrail_us-east-1_20261130T${minute}Z_a.json.gz`;
const call = (id: string, at: string) => ({
  EventId: id,
  EventTime: new Date(at),
  CloudTrailEvent: `{"eventID":"${id}"}`,
});

type Answers = Readonly<Record<string, () => object>>;
const usual: Answers = {
  DescribeTrails: () => ({
    trailList: [{ Name: 'main', TrailARN: 'arn:main', S3BucketName: 'trails', HomeRegion: 'us-east-1' }],
  }),
  GetTrailStatus: () => ({ IsLogging: true }),
  GetEventSelectors: () => ({}),
  GetObject: () => ({ Body: Readable.from([Buffer.from('ok')]), ETag: '"t"' }),
  DescribeFlowLogs: () => ({
    FlowLogs: [
      {
        FlowLogId: 'fl-1',
        ResourceId: 'vpc-1',
        LogDestinationType: 'cloud-watch-logs',
        LogGroupName: 'flows',
        CreationTime: new Date(0),
      },
    ],
  }),
};
const asked: { name: string; input: { StartTime?: Date; startTime?: number } }[] = [];

async function look(at: string, answers: Answers, earlier: object | null) {
  const client = (Client: new (options: object) => object) => {
    const made = new Client({ region: place.region }) as {
      send: (command: { constructor: { name: string }; input: object }) => unknown;
    };
    made.send = async ({ constructor: command, input }) => {
      const name = command.name.replace(/Command$/, '');
      asked.push({ name, input });
      return { ...usual, ...answers }[name]?.() ?? {};
    };
    return made;
  };
  const target = { ...anyInstance(place), ...place, id: 'i-0123456789abcdef0', interfaces };
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond', openedAt: first };
  const finding = { firstSeen: '2026-11-30T02:45:00Z', targets: [] };
  const context = { target, run, finding, now: () => at, session: { client }, earlier };
  return collect(context as unknown as Context);
}

const listed = (...keys: string[]) => ({ Contents: keys.map((Key) => ({ Key, Size: 2 })) });
const flow = (message: string, ingestionTime: string) => ({ message, ingestionTime: Date.parse(ingestionTime) });
const before: Answers = {
  LookupEvents: () => ({ Events: [call('old', '2026-11-30T02:10:00Z'), call('new', '2026-11-30T02:50:00Z')] }),
  ListObjectsV2: () => listed(file('0255')),
  FilterLogEvents: () => ({ events: [flow('2 a', '2026-11-30T02:59:00Z')] }),
};
const after: Answers = {
  LookupEvents: () => ({ Events: [call('new', '2026-11-30T02:50:00Z'), call('late', '2026-11-30T02:49:00Z')] }),
  ListObjectsV2: () => listed(file('0255'), file('0305')),
  FilterLogEvents: () => ({ events: [flow('2 a', '2026-11-30T02:59:00Z'), flow('2 late', '2026-11-30T03:09:00Z')] }),
};
beforeEach(() => {
  sealed.splice(0);
  asked.splice(0);
});

it('adds what came late, and nothing that is sealed', async () => {
  const one = await look(first, before, null);
  expect(one.recent).toEqual(['new']);
  expect(one.logs.find(({ kind }) => kind === 'audit')?.words).toContain('the latest may be missing');
  sealed.splice(0);
  asked.splice(0);
  const again = await look(second, after, { at: first, result: one });
  expect(sealed.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: `logs/audit/${file('0305').split('/').at(-1)}`, text: 'ok' },
    { name: 'logs/audit/event-history-us-east-1-later.ndjson', text: '{"eventID":"late"}\n' },
    { name: 'logs/network/flows-eni-0123456789abcdef0-later-1.log', text: '2 late\n' },
  ]);
  const since = new Date('2026-11-30T02:45:00Z');
  expect(asked.find(({ name }) => name === 'LookupEvents')?.input.StartTime).toEqual(since);
  expect(asked.find(({ name }) => name === 'FilterLogEvents')?.input.startTime).toBe(since.getTime());
  const rows = Object.fromEntries(again.logs.map((row) => [row.kind, row]));
  expect(rows.audit).toMatchObject({ state: 'available', sealed: 4, from: '2026-11-30T01:45:00.000Z' });
  expect(rows.audit?.words).toContain(
    `looked at again at ${second}: 2 artefacts more, the gap that late delivery had left before ${first} is closed`,
  );
  expect(rows.audit?.words).not.toContain('the latest may be missing');
  expect(rows.database?.words).toMatch(/nothing new, the gap is not closed$/);
});

it('too soon it does not say that anything is closed', async () => {
  const one = await look(first, before, null);
  const again = await look('2026-11-30T03:05:00.000Z', after, { at: first, result: one });
  expect(again.logs[0]?.words).toContain('some may still be missing');
});
