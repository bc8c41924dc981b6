import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findingIn } from '../../../lib/domain/finding/read.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import type { Artefact } from '../../runtime/vault.ts';
import { RoleSession } from '../role-session/target.ts';
import type { Holder } from './step.ts';

interface Started {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}
const asked: Started[] = [];
const sealed: Artefact[] = [];
let answer: (started: Started) => void = () => {};

vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
/** Those of node are not among the timers that can be faked; nothing here needs the pace. */
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: Artefact) => {
    sealed.push(artefact);
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/settings.ts', () => ({ breakGlassAnywhere: async () => [] }));
vi.mock('../../runtime/environment.ts', () => ({
  environment: (name: string) => (name === 'MACHINES' ? 'arn:machines:tourniquet-' : 'tourniquet'),
  config: () => ({ members: [], hub: '111122223333', breakGlass: [] }),
}));
const { trace } = await import('./handler.ts');

const account = '111122223333';
const now = '2026-06-01T12:00:00.000Z';
const target = RoleSession.parse({
  partition: 'aws',
  account,
  region: 'eu-central-1',
  kind: 'role-session',
  id: 'a/s1',
  seenAt: now,
  tags: {},
  arn: `arn:aws:sts::${account}:assumed-role/a/s1`,
  since: null,
  key: 'ASIAFIRSTFIRSTFIRST',
  session: 's1',
  role: null,
  principal: { kind: 'role-session', name: 'a', id: null, session: 's1' },
});

function handing(key: string, name: string) {
  const record = {
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/${name.split('/')[0]}` },
    responseElements: {
      credentials: { accessKeyId: key },
      assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/${name}` },
    },
  };
  return { EventId: `${key} ${name}`, EventTime: new Date(now), CloudTrailEvent: JSON.stringify(record) };
}

type Trail = Readonly<Record<string, readonly object[]>>;
const keyB = 'ASIABBBBBBBBBBBBBBBB';
const chain: Trail = { ASIAFIRSTFIRSTFIRST: [handing(keyB, 'b/x')], [keyB]: [handing('ASIACCCCCCCCCCCCCCCC', 'a/s2')] };

/** One Region has a record; of the others one may be asked and one may not. */
function session(trail: Trail): StepContext<Holder>['session'] {
  return {
    client: (Client, region = 'eu-central-1') => {
      const send = async (command: { constructor: { name: string }; input: { LookupAttributes: object[] } }) => {
        const { input } = command;
        if (command.constructor.name === 'DescribeRegionsCommand') return { Regions: [{ RegionName: 'ap-south-1' }] };
        if (region === 'ap-south-1') throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
        const [{ AttributeValue }] = input.LookupAttributes as [{ AttributeValue: string }];
        return { Events: region === 'us-east-1' ? (trail[AttributeValue] ?? []) : [] };
      };
      return Object.assign(new Client({ region, maxAttempts: 1 }), { send });
    },
  };
}
const run: Run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond', openedAt: now };
const tracing = (trail: Trail, more: Partial<Run> = {}) => {
  const states = {
    send: async ({ input }: { input: Started }) => {
      asked.push(input);
      answer(input);
    },
  };
  const work = { calls: [], client: () => states, now: () => now };
  const context = { ...work, target, run: { ...run, ...more }, finding: null, session: session(trail) };
  return trace(context as unknown as StepContext<Holder>);
};

beforeEach(() => {
  asked.length = 0;
  sealed.length = 0;
});
afterEach(() => {
  answer = () => {};
});

describe('trace-role-chain', () => {
  it('begins a run about each further session, by the playbook of role sessions, and seals the records', async () => {
    const result = await tracing(chain);
    expect(asked.map(({ stateMachineArn }) => stateMachineArn)).toEqual(
      Array(2).fill('arn:machines:tourniquet-iam-role-session'),
    );
    const read = asked.map(({ input }) => findingIn(JSON.parse(input)));
    expect(read).toMatchObject([
      { finding: { key: `tourniquet:inc-1:${account}:b/x`, targets: [{ id: keyB, principal: { session: 'x' } }] } },
      { finding: { key: `tourniquet:inc-1:${account}:a/s2` } },
    ]);
    expect(asked.map(({ input }) => JSON.parse(input).detail.depth)).toEqual([1, 2]);
    expect(sealed.map(({ kind, name }) => [kind, name])).toEqual([['role-chain', 'role-chain-a-s1.json']]);
    expect(JSON.parse(Buffer.from(sealed[0]?.body ?? []).toString())).toHaveLength(2);
    expect(result.sessions.map(({ outcome }) => outcome)).toEqual(['started', 'started']);
  });

  it('says which Region it could not read', async () => {
    expect(await tracing(chain)).toMatchObject({
      outcome: 'partly-traced',
      unknown: ['ap-south-1: AccessDeniedException: no'],
    });
  });

  it('begins the same runs again under the same names, and is content that they are there', async () => {
    await tracing(chain);
    const names = asked.splice(0).map(({ name }) => name);
    answer = () => {
      throw new ExecutionAlreadyExists({ message: 'there it is', $metadata: {} });
    };
    await tracing(chain, { id: 'run-2', depth: 1 });
    expect(asked.map(({ name }) => name)).toEqual(names);
    expect(new Set(names).size).toBe(2);
    await tracing(chain, { incident: 'inc-2' });
    expect(asked.slice(2).map(({ name }) => name)).not.toEqual(names);
  });

  it('tries all before it fails, and seals nothing then: it comes again', async () => {
    answer = ({ input }) => {
      if (input.includes('"b"')) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    };
    await expect(tracing(chain)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(asked).toHaveLength(2);
    expect(sealed).toEqual([]);
  });

  it('in observe mode says what it would begin, and does nothing', async () => {
    const result = await tracing(chain, { mode: 'observe' });
    expect(result).toMatchObject({ outcome: 'would-trace', sessions: [{ outcome: 'would-start' }, { role: 'a' }] });
    expect([asked, sealed]).toEqual([[], []]);
  });

  it('counts from the finding: five down nothing is followed', async () => {
    expect(await tracing(chain, { depth: 5 })).toMatchObject({ outcome: 'not-applicable' });
    await tracing(chain, { depth: 4 });
    expect(asked.map(({ input }) => JSON.parse(input).detail.depth)).toEqual([5]);
  });

  it('seals nothing where nothing was handed out', async () => {
    expect((await tracing({})).facts[0]).toBe('No other session that is still valid is recorded');
    expect([asked, sealed]).toEqual([[], []]);
  });
});
