import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { EC2Client, type FlowLog } from '@aws-sdk/client-ec2';
import { describe, expect, it, vi } from 'vitest';
import { type Flow, keptIn, madeFor, madeOf } from '../../../lib/domain/flow-log.ts';
import type { LeverCode, LeverJob } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Log } from '../log/target.ts';
import { planLogging } from './plan.ts';
import type { Recording } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', async (actual) => ({
  ...(await actual<object>()),
  serveLever: (_: unknown, code: unknown) => code,
}));
const code = (await import('./handler.ts')).handler as unknown as LeverCode<Log, Recording>;

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const id = 'vpc-flow-log/fl-0a1b2c3d';
const target: Log = { ...place, kind: 'log', id, seenAt: '2026-11-29T10:00:00.000Z', tags: {} };
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond' as const, openedAt: target.seenAt };

/** As AWS Config keeps it, with what CloudFormation leaves out, and as EC2 tells of the same. */
const inConfig = {
  Id: 'fl-0a1b2c3d',
  ResourceId: 'vpc-0a',
  ResourceType: 'VPC',
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flows/',
  LogGroupName: '',
  MaxAggregationInterval: 60,
};
const format = ['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'];
const rest = ['packets', 'bytes', 'start', 'end', 'action', 'log-status'];
const there: FlowLog = {
  FlowLogId: 'fl-0f',
  FlowLogStatus: 'ACTIVE',
  ResourceId: 'vpc-0a',
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flows',
  LogFormat: [...format, ...rest].map((field) => `\${${field}}`).join(' '),
  MaxAggregationInterval: 60,
  DestinationOptions: { FileFormat: 'plain-text', HiveCompatiblePartitions: false, PerHourPartition: false },
};
const ours: FlowLog = { ...there, FlowLogId: 'fl-0e', Tags: [{ Key: madeFor, Value: 'fl-0a1b2c3d' }] };

const at = (day: string) => new Date(`2026-${day}T08:00:00.000Z`);
const history = [
  { configurationItemStatus: 'ResourceDeleted', configurationItemCaptureTime: at('11-29') },
  { configuration: JSON.stringify(inConfig), configurationItemCaptureTime: at('10-02') },
  { configuration: JSON.stringify({ ...inConfig, TrafficType: 'REJECT' }), configurationItemCaptureTime: at('10-01') },
];

/** An account with these flow logs; what is sent that changes anything is kept. */
function account(FlowLogs: FlowLog[], { config = history as unknown, refused = false } = {}) {
  const sent: object[] = [];
  const [ec2, configService] = [new EC2Client(place), new ConfigServiceClient(place)];
  vi.spyOn(ec2, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) => {
    if (command.constructor.name === 'DescribeFlowLogsCommand') return { FlowLogs };
    sent.push(command.input);
    return refused ? { Unsuccessful: [{ Error: { Code: 'LogDestinationNotFound', Message: 'gone' } }] } : {};
  });
  vi.spyOn(configService, 'send').mockImplementation(async () => {
    if (config instanceof Error) throw config;
    return { configurationItems: config };
  });
  const session = { client: (of: unknown) => (of === EC2Client ? ec2 : configService) } as unknown as Session;
  return { sent, session };
}
const named = (name: string) => Object.assign(new Error(name), { name });
const looked = (FlowLogs: FlowLog[], more: object = {}) => code.look(target, account(FlowLogs, more).session);
async function planned(FlowLogs: FlowLog[], more: object = {}) {
  return planLogging(target, await looked(FlowLogs, more));
}
const kept = (configuration: object, day = '10-02') => ({
  config: [{ configuration: JSON.stringify(configuration), configurationItemCaptureTime: at(day) }],
});

describe('a flow log that was deleted', () => {
  it('is what Config kept last of it, known since it kept the first', () => {
    expect(keptIn(history)).toEqual({ was: madeOf(there), since: '2026-10-01T08:00:00.000Z' });
    expect(keptIn([{ configuration: 'no JSON', configurationItemCaptureTime: at('10-02') }])).toBeNull();
  });

  it('is told apart by a group’s name, however that is said', () => {
    const role = 'arn:aws:iam::444455556666:role/flows';
    const group = { ResourceId: 'eni-0a', TrafficType: 'ALL', DeliverLogsPermissionArn: role };
    const byArn = { ...group, LogDestination: 'arn:aws:logs:eu-central-1:444455556666:log-group:flows:*' };
    expect(madeOf(byArn)).toMatchObject({ destination: 'flows', to: 'cloud-watch-logs', role, interval: 600 });
    expect(madeOf({ ...group, LogGroupName: 'flows' })).toEqual(madeOf(byArn));
  });

  it('is made again where none of the same kind is active', async () => {
    const others = [
      { ...there, TrafficType: 'REJECT' as const },
      { ...there, FlowLogStatus: 'DELETED' },
    ];
    const before = await looked(others);
    expect(before).toMatchObject({ recording: false, flow: { by: null } });
    const flow = { ...before.flow, by: 'Tourniquet' };
    expect(planLogging(target, before)).toEqual({ ours: { ...before, recording: true, flow } });
    expect(await planned([there])).toEqual({ nothing: 'a flow log of the same kind is active' });
  });

  it.each([
    ['Config has nothing of it', { config: named('ResourceNotDiscoveredException') }, /AWS Config has nothing/],
    [
      'nothing is recorded here',
      { config: named('NoAvailableConfigurationRecorderException') },
      /AWS Config has nothing/,
    ],
    ['Config has only that it is gone', { config: history.slice(0, 1) }, /AWS Config has nothing/],
    ['it was made just before', kept(inConfig, '11-29'), /may have made it/],
    ['it went to Firehose', kept({ ...inConfig, LogDestinationType: 'kinesis-data-firehose' }), /Firehose/],
    ['it was of something else', kept({ ...inConfig, ResourceId: 'x-0a' }), /x-0a/],
  ])('is left to people where %s', async (_, more, because) => {
    expect(await planned([], more)).toEqual({ refused: expect.stringMatching(because) });
    expect(await planned([], more)).toEqual({ refused: expect.stringContaining('the command beside the finding') });
  });

  it('is left to people where one of the same kind delivers nothing', async () => {
    const failing = { ...there, DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' };
    expect(await planned([failing])).toEqual({ refused: expect.stringContaining('Access error') });
  });

  it('fails as AWS fails, but for what says that Config has nothing', async () => {
    await expect(looked([], { config: named('AccessDeniedException') })).rejects.toThrow('AccessDenied');
  });
});

async function job(FlowLogs: FlowLog[], to: 'Tourniquet' | null, refused = false) {
  const { sent, session } = account(FlowLogs, { refused });
  const from = await code.look(target, session);
  const flow = { ...(from.flow as Flow), by: to, fails: null };
  const order: LeverJob<Log, Recording> = {
    target,
    from,
    to: { recording: to !== null, selectors: null, flow },
    prepared: null,
    session,
    run,
  };
  return { sent, change: await code.apply(order) };
}

describe('made again', () => {
  it('is the same, with a token that is the same each time in this run', async () => {
    const [{ sent, change }, again] = [await job([], 'Tourniquet'), await job([], 'Tourniquet')];
    expect(change).toMatchObject({ outcome: 'applied' });
    const same = { ResourceType: 'VPC', ResourceIds: ['vpc-0a'], LogDestination: 'arn:aws:s3:::flows' };
    expect(sent).toEqual([expect.objectContaining(same)]);
    expect(sent).toEqual(again.sent);
    expect(sent[0]).toMatchObject({ ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/), MaxAggregationInterval: 60 });
  });

  it('is not made twice, and what AWS refuses is said', async () => {
    expect(await job([ours], 'Tourniquet')).toEqual({ sent: [], change: { outcome: 'already-applied' } });
    const { change } = await job([], 'Tourniquet', true);
    expect(change).toMatchObject({ outcome: 'partly-applied', failed: [{ error: expect.stringContaining('gone') }] });
  });
});

describe('released', () => {
  it('is exactly the one that we made', async () => {
    const { sent } = await job([there, ours], null);
    expect(sent).toEqual([{ FlowLogIds: ['fl-0e'] }]);
    expect((await job([there], null)).sent).toEqual([]);
  });

  it('leaves one that somebody else has made since', async () => {
    const [before, theirs] = [await looked([]), await looked([there])];
    expect(code.left?.(before, theirs)).toEqual([]);
    expect(code.left?.(before, await looked([ours]))).not.toEqual([]);
  });
});
