import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anyInstance } from '../instance/target.ts';
import type { LiveFacts } from './step.ts';

const sealed: string[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, { kind, body }: { kind: string; body: Uint8Array }) => {
    sealed.push(Buffer.from(body).toString());
    return { kind };
  },
}));
const kept: object[] = [];
vi.mock('../../runtime/upload.ts', () => ({
  uploadUrl: async () => 'https://vault.example/one-put',
  keepUploaded: async (_: unknown, { kind }: { kind: string }, uploaded: object) => {
    kept.push(uploaded);
    return { kind };
  },
}));
const configured = { liveFacts: true };
vi.mock('../../runtime/environment.ts', () => ({ config: () => configured }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (pause: number) => {
    time.passed += pause;
  },
}));
const time = { passed: 0 };
vi.spyOn(performance, 'now').mockImplementation(() => time.passed);
const handler = (await import('./handler.ts')).handler as unknown as (context: object) => Promise<LiveFacts>;

type Answers = Record<string, (input: { Parameters?: Record<string, string[]> }) => object>;
const named = (name: string) => () => {
  throw Object.assign(new Error('no'), { name });
};
const sha256 = 'a'.repeat(64);
const said = (rest: string) => `count processes 3\nsize 9\nsha256 ${sha256}\n${rest}`;
const came = (StandardOutputContent: string) => () => ({ Status: 'Success', StandardOutputContent });
const information = (more: object) => () => ({ InstanceInformationList: [more] });
const usual: Answers = {
  DescribeInstanceInformation: information({ PingStatus: 'Online', PlatformType: 'Linux' }),
  SendCommand: () => ({ Command: { CommandId: 'c-1' } }),
  GetCommandInvocation: came(said('stored v1\n')),
};

const sent: string[] = [];
function context(answers: Answers, { mode = 'respond', cut = '' } = {}) {
  const ssm = new SSMClient({ region: 'eu-central-1' });
  vi.spyOn(ssm, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    sent.push(name);
    return answers[name]?.(command.input);
  });
  const target = { ...anyInstance({ partition: 'aws', account: '111122223333' }), id: 'i-0123456789abcdef0' };
  const receipt = {
    run: 'r',
    step: 'quarantine-interfaces',
    operation: 'apply',
    of: '',
    result: { outcome: 'applied' },
  };
  const Item = cut && {
    pk: 'INC#i',
    sk: 'RECEIPT#r#quarantine-interfaces#apply',
    v: 1,
    ...receipt,
    means: 'good',
    at: cut,
  };
  const table = { get: async () => Item || undefined };
  return { target, table, run: { incident: 'i', id: 'r', mode }, session: { client: () => ssm } };
}

describe('read-live-facts', () => {
  beforeEach(() => {
    for (const list of [sealed, kept, sent]) list.length = 0;
    time.passed = 0;
  });

  it('keeps what the instance has put into the vault, and has only counts', async () => {
    expect(await handler(context(usual))).toMatchObject({
      outcome: 'read',
      evidence: [{ kind: 'live-facts' }],
      facts: expect.arrayContaining(['processes: 3', 'sockets: could not be counted']),
    });
    expect([kept, sealed]).toEqual([[{ version: 'v1', size: 9, sha256 }], []]);
  });

  it('asks nobody where the configuration says not to', async () => {
    configured.liveFacts = false;
    const result = await handler(context(usual));
    configured.liveFacts = true;
    expect(result).toMatchObject({ outcome: 'not-managed', because: 'liveFacts is false' });
    expect(sent).toEqual([]);
  });

  it('seals itself what came back plain, and says what is missing', async () => {
    const GetCommandInvocation = came(said('status 403\nplain\n== processes\ninit\n'));
    const result = await handler(context({ ...usual, GetCommandInvocation }));
    expect(result).toMatchObject({
      outcome: 'partly-read',
      because: expect.stringMatching(/403: arguments .* missing$/),
    });
    expect(sealed).toEqual(['== processes\ninit\n']);
  });

  it.each([
    ['not managed', () => ({ InstanceInformationList: [] }), 'not-managed', /does not manage/],
    ['offline', information({ PingStatus: 'ConnectionLost', PlatformType: 'Linux' }), 'not-read', /has not answered/],
    ['a Mac', information({ PingStatus: 'Online', PlatformType: 'MacOS' }), 'not-read', /run on MacOS/],
  ])('says of one that is %s that nothing is read, and sends nothing', async (_, answer, outcome, words) => {
    const result = await handler(context({ ...usual, DescribeInstanceInformation: answer }));
    expect(result).toMatchObject({ outcome, evidence: [], because: expect.stringMatching(words) });
    expect(sent).toEqual(['DescribeInstanceInformation']);
  });

  it.each<[string, Answers]>([
    ['the command cannot be sent', { SendCommand: named('InvalidInstanceId') }],
    [
      'it is not delivered',
      { GetCommandInvocation: () => ({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' }) },
    ],
    ['it cannot be delivered', { GetCommandInvocation: () => ({ Status: 'Failed', StatusDetails: 'Undeliverable' }) }],
    ['it never ends', { GetCommandInvocation: () => ({ Status: 'InProgress', StatusDetails: 'InProgress' }) }],
    ['there is no word of it', { GetCommandInvocation: named('InvocationDoesNotExist') }],
    ['what comes back is something else', { GetCommandInvocation: came('Segmentation fault') }],
  ])('says so in words, in time, where %s', async (_, answers) => {
    const result = await handler(context({ ...usual, ...answers }));
    expect(result).toMatchObject({ outcome: 'not-read', evidence: [], because: expect.stringMatching(/\w{3}/) });
    expect(time.passed).toBeLessThanOrEqual(45_000);
  });

  it('says that the quarantine has cut the agent off, where it stands by then', async () => {
    const GetCommandInvocation = () => ({ Status: 'InProgress', StatusDetails: 'InProgress' });
    const cut = '2026-11-30T10:00:03.000Z';
    const { because } = await handler(context({ ...usual, GetCommandInvocation }, { cut }));
    expect(because).toMatch(`the network quarantine of ${cut} has cut its agent off`);
  });

  it('looks and sends nothing in observe mode', async () => {
    expect(await handler(context(usual, { mode: 'observe' }))).toMatchObject({ outcome: 'would-read', evidence: [] });
    expect(sent).toEqual(['DescribeInstanceInformation']);
  });

  it('takes the words of PowerShell on Windows', async () => {
    let commands: string[] = [];
    const SendCommand: Answers[string] = ({ Parameters }) => {
      commands = Parameters?.commands ?? [];
      return { Command: { CommandId: 'c-1' } };
    };
    const DescribeInstanceInformation = information({ PingStatus: 'Online', PlatformType: 'Windows' });
    await handler(context({ ...usual, SendCommand, DescribeInstanceInformation }));
    expect(commands.join('\n')).toContain('Invoke-WebRequest');
  });
});
