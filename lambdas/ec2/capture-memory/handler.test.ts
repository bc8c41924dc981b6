import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Part } from '../../../lib/domain/parts.ts';
import { anyInstance } from '../instance/target.ts';
import type { Memory } from './step.ts';

const sha256 = 'a'.repeat(64);
const tool = { from: '/opt/avml', sha256: 'b'.repeat(64), arguments: '/dev/stdout' };
const named = { linux: { x86_64: tool }, capMinutes: 15 };
const configured: { memory: typeof named | undefined } = { memory: named };
const calls: string[] = [];
const vault = { parts: [] as Part[] };
const dump = Buffer.alloc(32 + 4096, 'x');
dump.write('EMiL\x01\0\0\0', 'latin1');
for (const [at, value] of [0x1000n, 0x1fffn, 0n].entries()) dump.writeBigUInt64LE(value, 8 + 8 * at);

vi.mock('../../runtime/environment.ts', () => ({ config: () => configured }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
vi.mock('../../runtime/vault.ts', () => ({
  custodyFrom: (_: unknown, { kind, name }: { kind: string; name: string }, measured: object) => {
    return { kind, uri: name, ...measured, tool: { name: 'tourniquet', version: '1' } };
  },
}));
vi.mock('../../runtime/parts.ts', () => ({
  beginParts: async () => `upload-${calls.push('begin')}`,
  partAddresses: async () => ({ template: 'https://vault/@N?@S', signatures: ['1', '2'] }),
  partsIn: async () => vault.parts,
  completeParts: async () => `v${calls.push('complete')}`,
  abortParts: async () => void calls.push('abort'),
  hashedBack: async () => 'c'.repeat(64),
  readBack: async (_: unknown, __: unknown, from: number, length: number) => dump.subarray(from, from + length),
}));
const kept: { detail: object }[] = [];
vi.mock('../../runtime/ledger.ts', () => ({
  append: async (_: unknown, __: unknown, { detail }: { detail: object }) => void kept.push({ detail }),
}));
vi.mock('../../../lib/items/ledger.ts', () => ({ entryItem: { sorted: () => ({ values: kept }), prefix: '' } }));
const receipt: { found: object | undefined } = { found: undefined };
vi.mock('../../../lib/items/receipt.ts', () => ({ receiptItem: { find: async () => receipt.found } }));
const time = { passed: 0 };
vi.mock('node:timers/promises', () => ({
  setTimeout: async (pause: number) => {
    time.passed += pause;
  },
}));
vi.spyOn(performance, 'now').mockImplementation(() => time.passed);
const handler = (await import('./handler.ts')).handler as unknown as (context: object) => Promise<Memory>;

type Answers = Record<string, () => object>;
const said = (more = '') => `ended tool\nparts 1\nsize ${dump.length}\ncode 0\nstatus 0\nsha256 ${sha256}\n${more}`;
const came = (StandardOutputContent: string) => () => ({ Status: 'Success', StandardOutputContent });
const agent = (more: object) => () => ({ InstanceInformationList: [{ PingStatus: 'Online', ...more }] });
const running = () => ({ Status: 'InProgress', StatusDetails: 'InProgress' });
const usual: Answers = {
  DescribeInstanceInformation: agent({ PlatformType: 'Linux' }),
  SendCommand: () => ({ Command: { CommandId: 'c-1' } }),
  GetCommandInvocation: came(said()),
};

function context(answers: Answers = {}, mode = 'respond') {
  const ssm = new SSMClient({ region: 'eu-central-1' });
  vi.spyOn(ssm, 'send').mockImplementation(async (command: { constructor: { name: string } }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    if (name === 'SendCommand') calls.push('send');
    return { ...usual, ...answers }[name]?.();
  });
  const target = { ...anyInstance({ partition: 'aws', account: '111122223333' }), id: 'i-0123456789abcdef0' };
  const now = () => new Date(Date.UTC(2026, 10, 30) + time.passed).toISOString();
  const session = { client: () => ssm };
  return { target, now, table: { query: async () => [] }, run: { incident: 'i', id: 'r', mode }, session };
}

describe('capture-memory', () => {
  beforeEach(() => {
    calls.length = 0;
    kept.length = 0;
    time.passed = 0;
    receipt.found = undefined;
    configured.memory = named;
    vault.parts = [{ number: 1, etag: 'x', size: dump.length }];
  });

  it('seals what the tool wrote, by the hash that the instance has', async () => {
    expect(await handler(context())).toMatchObject({
      outcome: 'captured',
      evidence: [{ kind: 'memory', sha256, size: dump.length, version: 'v3', tool: { sha256: tool.sha256 } }],
    });
    expect(calls).toEqual(['begin', 'send', 'complete']);
  });

  it.each<[string, typeof named | undefined, Answers, string, RegExp]>([
    ['names no tool', undefined, {}, 'not-wanted', /memory names no tool in the configuration; .* hibernation/],
    [
      'names none for it',
      named,
      { DescribeInstanceInformation: agent({ PlatformType: 'Windows' }) },
      'not-wanted',
      /no tool for Windows; .* hibernation/,
    ],
    [
      'names one, and nobody manages it',
      named,
      { DescribeInstanceInformation: () => ({}) },
      'not-managed',
      /does not manage .* hibernation/,
    ],
    [
      'names one, and its agent is silent',
      named,
      { DescribeInstanceInformation: agent({ PingStatus: 'ConnectionLost' }) },
      'not-captured',
      /has not answered/,
    ],
  ])('says so, and sends nothing, where the configuration %s', async (_, memory, answers, outcome, because) => {
    configured.memory = memory;
    expect(await handler(context(answers))).toMatchObject({
      outcome,
      evidence: [],
      because: expect.stringMatching(because),
    });
    expect(calls).toEqual([]);
  });

  it('lets go of the upload where the tool is another one, and names its hash', async () => {
    vault.parts = [];
    const GetCommandInvocation = came(`why other-tool\nhave ${sha256}\n`);
    const { outcome, because } = await handler(context({ GetCommandInvocation }));
    expect([outcome, because]).toEqual([
      'not-captured',
      expect.stringMatching(`was not run: ${sha256}; .*hibernation`),
    ]);
    expect(calls).toEqual(['begin', 'send', 'abort']);
  });

  it('seals what has come until the quarantine as cut short, and hashes that itself', async () => {
    const find = { at: '2026-11-30T10:00:03.000Z', result: { outcome: 'applied' } };
    receipt.found = find;
    const result = await handler(context({ GetCommandInvocation: running }));
    expect(result).toMatchObject({
      outcome: 'cut-short',
      because: `the network quarantine of ${find.at} has cut the instance off`,
      evidence: [{ sha256: 'c'.repeat(64) }],
    });
  });

  it('comes again while the tool runs, and gives up a minute after capMinutes', async () => {
    const answers = { GetCommandInvocation: running };
    let calledAgain = 0;
    for (;;) {
      const came = await handler(context(answers)).catch(({ name }: Error) => name);
      if (typeof came !== 'string') {
        expect(came).toMatchObject({ outcome: 'cut-short', because: 'capMinutes (15) were over' });
        break;
      }
      expect(came).toBe('Unfinished');
      calledAgain += 1;
      time.passed += 60_000;
    }
    expect([calledAgain, calls]).toEqual([6, ['begin', 'send', 'complete']]);
    expect(time.passed).toBeLessThanOrEqual(17 * 60_000);
  });

  it('begins anew where it is not known whether the script was sent, and whoever has the old addresses has nothing', async () => {
    const lost = () => {
      throw new Error('cut');
    };
    await expect(handler(context({ SendCommand: lost }))).rejects.toThrow('cut');
    expect(await handler(context())).toMatchObject({ outcome: 'captured' });
    expect(calls).toEqual(['begin', 'send', 'abort', 'begin', 'send', 'complete']);
  });

  it('looks and sends nothing in observe mode', async () => {
    expect(await handler(context({}, 'observe'))).toMatchObject({ outcome: 'would-capture', evidence: [] });
    expect([calls, kept]).toEqual([[], []]);
  });
});
