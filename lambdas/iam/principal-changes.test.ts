import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../runtime/session.ts';
import { RoleSession } from './role-session/target.ts';

/** Those of node are not among the timers that can be faked. */
vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => new Promise((go) => setTimeout(go, ms)) }));
const { principalChanges, startedResources } = await import('./principal-changes.ts');

type Input = Record<string, unknown>;
interface Asked {
  readonly region: string;
  readonly by: string;
  readonly at: number;
}

const account = '111122223333';
const seenAt = '2026-06-01T12:00:00.000Z';
const target = RoleSession.parse({
  partition: 'aws',
  account,
  region: 'eu-central-1',
  kind: 'role-session',
  id: 'deploy/x',
  seenAt,
  tags: {},
  arn: `arn:aws:sts::${account}:assumed-role/deploy/x`,
  since: null,
  key: null,
  session: 'x',
  role: null,
  principal: { kind: 'role-session', name: 'deploy', id: null, session: 'x' },
});

const refusal = (name: string) => Object.assign(new Error('no'), { name });
let asked: Asked[] = [];

/** Answers LookupEvents by Region; DescribeRegions names the three. */
const session = (lookUp: (region: string, input: Input) => object): Session => ({
  client: (Client, region = 'eu-central-1') => {
    const send = async (command: { constructor: { name: string }; input: Input }) => {
      const { input } = command;
      if (command.constructor.name === 'DescribeRegionsCommand')
        return { Regions: ['ap-south-1', 'eu-central-1', 'us-east-1'].map((RegionName) => ({ RegionName })) };
      const [{ AttributeKey, AttributeValue } = {}] = input.LookupAttributes as Record<string, string>[];
      asked.push({ region, by: `${AttributeKey} ${AttributeValue}`, at: performance.now() });
      return lookUp(region, input);
    };
    return Object.assign(new Client({ region, maxAttempts: 1 }), { send });
  },
});
const looking = (lookUp: (region: string, input: Input) => object, about = target) =>
  principalChanges({ target: about, session: session(lookUp), now: () => seenAt });
/** Runs the timers of everything that waits. */
async function run<T>(work: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return work;
}

let numbered = 0;
function made(role: string, name = 'x'): object {
  const userIdentity = {
    type: 'AssumedRole',
    principalId: `AROA:${name}`,
    sessionContext: { sessionIssuer: { userName: role } },
  };
  const CloudTrailEvent = JSON.stringify({ userIdentity, eventSource: 'ec2.amazonaws.com', eventName: 'CreateVpc' });
  numbered += 1;
  return { EventId: `e${numbered}`, EventTime: new Date('2026-06-01T11:00:00Z'), ReadOnly: 'false', CloudTrailEvent };
}
/** The past comes back empty: its question ends before the window begins. */
const isPast = ({ EndTime }: Input): boolean => (EndTime as Date) < new Date('2026-05-31T12:00:00Z');
const within = (Events: object[], NextToken?: string) => (_: string, input: Input) =>
  isPast(input) ? { Events: [] } : { Events, NextToken };

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubEnv('TOURNIQUET_NAME', 'tourniquet');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('list-principal-changes', () => {
  it('asks its own Region first, then that of IAM, then the others, by the session', async () => {
    await run(looking(within([])));
    expect(asked.slice(0, 3).map(({ region, by }) => `${region} ${by}`)).toEqual([
      'eu-central-1 Username x',
      'us-east-1 Username x',
      'ap-south-1 Username x',
    ]);
  });

  it('asks by the key where there is one, and for the past by the name', async () => {
    await run(looking(within([]), { ...target, key: 'ASIAIOSFODNN7EXAMPLE' }));
    expect([...new Set(asked.map(({ by }) => by))]).toEqual(['AccessKeyId ASIAIOSFODNN7EXAMPLE', 'Username x']);
  });

  it('leaves out sessions of that name of other roles, and our own', async () => {
    const events = [made('deploy'), made('build'), made('tourniquet-contain'), made('deploy', 'y')];
    const { changes } = await run(
      looking((region, input) => (region === 'us-east-1' ? within(events)(region, input) : {})),
    );
    expect(changes.map(({ by }) => by)).toEqual(['role deploy as session y', 'role deploy as session x']);
  });

  it('leaves out our own where the role of the session is not known', async () => {
    const events = [made('build'), made('tourniquet-contain')];
    const nameless = { ...target, principal: null };
    const inOne = (region: string, input: Input) => (region === 'us-east-1' ? within(events)(region, input) : {});
    const { changes } = await run(looking(inOne, nameless));
    expect(changes.map(({ by }) => by)).toEqual(['role build as session x']);
  });

  it('never fails: what is denied or throttled is unknown, with the reason', async () => {
    const result = await run(
      looking((region, input) => {
        if (region === 'ap-south-1') throw refusal('AccessDeniedException');
        if (region === 'us-east-1') throw refusal('ThrottlingException');
        return within([made('deploy')])(region, input);
      }),
    );
    expect(result.changes).toHaveLength(1);
    expect(result.unknown).toEqual(['us-east-1: ThrottlingException: no', 'ap-south-1: AccessDeniedException: no']);
    expect(asked.filter(({ region }) => region === 'us-east-1')).toHaveLength(3);
    expect(asked.filter(({ region }) => region === 'ap-south-1')).toHaveLength(1);
  });

  it('reads ten pages and says that there are more, two calls a second in each Region', async () => {
    const { unknown } = await run(looking(within([made('deploy')], 'more')));
    expect(unknown).toContain(
      'eu-central-1, us-east-1, ap-south-1: it made more calls than were read; the oldest are missing',
    );
    const times = asked.filter(({ region }) => region === 'eu-central-1').map(({ at }) => at);
    expect(times).toHaveLength(11);
    for (const [n, at] of times.slice(2).entries()) expect(at - (times[n] ?? 0)).toBeGreaterThanOrEqual(999);
  });

  it('stops after fifteen seconds, so that the question goes out', async () => {
    const started = performance.now();
    const slow = async () => {
      await new Promise((done) => setTimeout(done, 4000));
      return { Events: [made('deploy')], NextToken: 'more' };
    };
    const { unknown } = await run(looking(slow));
    expect(performance.now() - started).toBeLessThan(25_000);
    expect(unknown[0]).toMatch(/not read in full within 15 seconds/);
  });

  it('says that it has nothing to ask by', async () => {
    const { facts, unknown } = await looking(within([]), { ...target, session: null });
    expect([facts, unknown]).toEqual([
      [],
      ['What it has changed: the finding names neither an access key nor a session'],
    ]);
    expect(asked).toEqual([]);
  });

  it('reads two Regions where it may not ask which there are', async () => {
    const acting = session(within([]));
    const blind: Session = {
      client: (Client, region) => {
        const client = acting.client(Client, region);
        if (Client.name !== 'EC2Client') return client;
        return Object.assign(client, { send: () => Promise.reject(refusal('UnauthorizedOperation')) });
      },
    };
    const { unknown } = await run(principalChanges({ target, session: blind, now: () => seenAt }));
    expect(asked.map(({ region }) => region)).toEqual(['eu-central-1', 'us-east-1', 'eu-central-1']);
    expect(unknown).toEqual(['Which other Regions there are: UnauthorizedOperation: no']);
  });
});

describe('instances that it started', () => {
  const record = (eventName: string, responseElements: object) => {
    const [eventSource, userIdentity] = ['ec2.amazonaws.com', { type: 'AssumedRole', principalId: 'AROA:x' }];
    const CloudTrailEvent = JSON.stringify({ userIdentity, eventSource, eventName, responseElements });
    numbered += 1;
    return { EventId: `e${numbered}`, EventTime: new Date('2026-06-01T11:00:00Z'), CloudTrailEvent };
  };
  const started = (id: string) =>
    record('RunInstances', { instancesSet: { items: [{ instanceId: id, instanceType: 'g5.xlarge' }] } });
  const handed = {
    EventId: 'handed',
    EventTime: new Date('2026-06-01T11:00:00Z'),
    CloudTrailEvent: JSON.stringify({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      userIdentity: { type: 'AssumedRole', principalId: 'AROA:x' },
      responseElements: { credentials: { accessKeyId: 'ASIAONEEXAMPLE000000' } },
    }),
  };

  it('are its own and those of what it came by, and what was not read may hide more; its past is left alone', async () => {
    const [own, further] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];
    const lookUp = (region: string, { LookupAttributes }: Input) => {
      if (region === 'ap-south-1') throw refusal('AccessDeniedException');
      const byKey = JSON.stringify(LookupAttributes).includes('ASIAONEEXAMPLE000000');
      if (region === 'us-east-1') return { Events: byKey ? [started(further)] : [started(own), handed] };
      return { Events: [] };
    };
    const found = await run(startedResources({ target, session: session(lookUp), now: () => seenAt }));
    expect(found.started.map(({ id, type, region }) => [id, type, region])).toEqual([
      [own, 'g5.xlarge', 'us-east-1'],
      [further, 'g5.xlarge', 'us-east-1'],
    ]);
    expect(found.unknown).toEqual(['ap-south-1: AccessDeniedException: no']);
    expect(asked).toHaveLength(6);
  });

  it('are unknown where nothing names it', async () => {
    const acting = session(within([]));
    const found = await startedResources({ target: { ...target, session: null }, session: acting, now: () => seenAt });
    expect(found).toMatchObject({ started: [], unknown: [expect.stringContaining('names neither')] });
  });
});
