import { createHash } from 'node:crypto';
import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { blockSize } from '../../../lib/domain/block-proof.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { emptyTree, grown, rootOf } from '../../../lib/record/checkpoint/tree.ts';
import { anyInstance } from '../instance/target.ts';
import type { DiskProof } from './step.ts';

const kept: { what: string; detail: unknown }[] = [];
vi.mock('../../runtime/ledger.ts', () => ({
  append: async (_: unknown, __: string, entry: { what: string; detail: unknown }) => void kept.push(entry),
}));
const configured = { diskProof: 32 };
vi.mock('../../runtime/environment.ts', () => ({ config: () => configured }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
const time = { passed: 0 };
vi.spyOn(performance, 'now').mockImplementation(() => time.passed);
const handler = (await import('./handler.ts')).handler as unknown as (context: object) => Promise<DiskProof>;

/** Blocks of the played copy, by their numbers; its volume has 1 GiB. */
let disk: Map<number, string>;
const blocks = 2048;
const bytesOf = (text: string): Buffer => Buffer.alloc(blockSize, text);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes);

/** The root as somebody would compute it who has nothing but the whole disk. */
function rootByHand(): string {
  const zeros = sha256(Buffer.alloc(blockSize)).digest('hex');
  const written = new Map([...disk].map(([index, text]) => [index, sha256(bytesOf(text)).digest('hex')]));
  return rootOf(
    grown(
      emptyTree,
      Array.from({ length: blocks }, (_, index) => written.get(index) ?? zeros),
    ),
  );
}

const fails = (name: string, more: object = {}) => {
  throw Object.assign(new Error(`${name} it is`), { name, ...more });
};
type Input = { NextToken?: string; StartingBlockIndex?: number; BlockIndex: number; BlockToken: string };
/** What happens before a call is answered. */
let before: (call: string, input: Input) => void;
let asked: string[];
let listing = 0;

/** Two blocks a page, an empty one after the first, and tokens that only the latest listing has given out. */
async function direct(command: { constructor: { name: string }; input: Input }): Promise<object> {
  const { input } = command;
  const call = command.constructor.name.replace(/Command$/, '');
  asked.push(call);
  before(call, input);
  if (call === 'GetSnapshotBlock') {
    if (input.BlockToken !== `${listing} ${input.BlockIndex}`)
      fails('ValidationException', { Reason: 'INVALID_BLOCK_TOKEN' });
    const bytes = bytesOf(disk.get(input.BlockIndex) ?? '');
    return { BlockData: { transformToByteArray: async () => bytes }, Checksum: sha256(bytes).digest('base64') };
  }
  listing += 1;
  const [kind = 'page', from = input.StartingBlockIndex ?? 0] = input.NextToken?.split(' ') ?? [];
  const left = [...disk.keys()].filter((index) => index >= Number(from)).toSorted((a, b) => a - b);
  const here = kind === 'empty' ? [] : left.slice(0, 2);
  const next = left[here.length];
  const following = input.NextToken ? 'page' : 'empty';
  return {
    Blocks: here.map((BlockIndex) => ({ BlockIndex, BlockToken: `${listing} ${BlockIndex}` })),
    ...(next !== undefined && { NextToken: `${following} ${next}` }),
  };
}

let state: string;
let begun: Date;
function context({ mode = 'respond', now = '2026-11-30T10:00:00.000Z', taken = ['snap-1'] } = {}) {
  const ec2 = new EC2Client({ region: 'eu-central-1' });
  const shown = taken.map((SnapshotId) => ({ SnapshotId, State: state, VolumeSize: 1, StartTime: begun }));
  vi.spyOn(ec2, 'send').mockImplementation(async () => ({ Snapshots: shown }));
  const ebs = new EBSClient({ region: 'eu-central-1' });
  vi.spyOn(ebs, 'send').mockImplementation(direct as never);
  const target = { ...anyInstance({ partition: 'aws', account: '111122223333' }), id: 'i-0123456789abcdef0' };
  const result = { outcome: 'taken', snapshots: taken.map((id) => ({ id, volume: 'vol-1' })) };
  const receipt = { run: 'r', step: 'snapshot-volumes', operation: 'run', of: '', means: 'good', at: '' };
  const entries = kept.map(({ what, detail }, at) => {
    const entry = { sequence: at + 1, previous: '', at: now, kind: 'custody', actor: 'us', what, detail, hash: '' };
    return entryItem.item(entry as never, 'i', at + 1);
  });
  const table = { get: async () => ({ v: 1, ...receipt, result }), query: async () => entries };
  const client = (Client: unknown) => (Client === EBSClient ? ebs : ec2);
  return { target, table, run: { incident: 'i', id: 'r', mode }, session: { client }, now: () => now };
}

describe('prove-disk', () => {
  beforeEach(() => {
    kept.length = 0;
    asked = [];
    before = () => {};
    [state, begun] = ['completed', new Date('2026-11-30T09:59:00.000Z')];
    time.passed = 0;
    disk = new Map([0, 1, 2, 700, 2047].map((index) => [index, `block ${index}`]));
  });

  it('has one root over all blocks, those that were never written too, through short and empty pages', async () => {
    const { outcome, proofs, facts } = await handler(context());
    expect(outcome).toBe('proved');
    const uri = 'arn:aws:ec2:*::snapshot/snap-1';
    expect(proofs).toEqual([{ uri, blocks, written: 5, hashed: 5, root: rootByHand() }]);
    expect(facts.join()).toMatch(
      /^snap-1: Merkle root \w{64} over 2,048 blocks .* 2,043 never written, taken as zeros$/,
    );
    expect(kept.map(({ what }) => what)).toEqual(['prove-disk: GetSnapshotBlock takes 5 requests, less than a cent']);
  });

  it('has another root where one block was tampered with, was zeroed, or moved', async () => {
    const roots = [await handler(context())].map(({ proofs }) => proofs[0]?.root);
    for (const [index, text] of [
      [700, 'block 701'],
      [700, ''],
      [701, 'block 700'],
    ] as const) {
      kept.length = 0;
      if (text === '') disk.delete(index);
      else disk.set(index, text);
      const { proofs } = await handler(context());
      expect(proofs[0]?.root).toBe(rootByHand());
      roots.push(proofs[0]?.root);
    }
    expect(new Set(roots).size).toBe(4);
  });

  it('goes on where an earlier call had to end, with listings and tokens of its own', async () => {
    const whole = await handler(context());
    kept.length = 0;
    let [calls, blocksRead] = [0, 0];
    before = (call) => {
      if (call === 'GetSnapshotBlock') blocksRead += 1;
      time.passed += call === 'GetSnapshotBlock' ? 130_000 : 0;
    };
    for (;;) {
      calls += 1;
      const came = await handler(context()).catch(({ name }: Error) => name);
      if (came === 'Unfinished') continue;
      expect(came).toEqual(whole);
      break;
    }
    expect([calls, blocksRead]).toEqual([3, 5]);
    expect(kept.map(({ what }) => what)).toContain('prove-disk: 2 of 5 blocks of snap-1 so far');
  });

  it('waits for a copy that EC2 has not completed, for two hours, and then says so', async () => {
    state = 'pending';
    await expect(handler(context())).rejects.toMatchObject({ name: 'Unfinished' });
    const late = await handler(context({ now: '2026-11-30T12:00:00.000Z' }));
    expect(late).toMatchObject({ outcome: 'not-proved', facts: [expect.stringMatching(/had not completed it/)] });
    expect(asked).toEqual([]);
  });

  it('reads no block of what is larger than the configuration allows, and says what it would take', async () => {
    configured.diskProof = 1 / 1024;
    const { outcome, facts } = await handler(context());
    configured.diskProof = 32;
    expect(outcome).toBe('not-proved');
    expect(facts.join()).toMatch(/it takes 5 requests, less than a cent, more than .*; by hand: make a volume/);
    expect(asked).not.toContain('GetSnapshotBlock');
  });

  it('tries again what EBS throttles, and comes again where that goes on', async () => {
    let left = 3;
    before = (call) => {
      if (call === 'GetSnapshotBlock' && left-- > 0) fails('RequestThrottledException');
    };
    expect(await handler(context())).toMatchObject({ outcome: 'proved' });
    kept.length = 0;
    before = (call) => (call === 'GetSnapshotBlock' ? fails('RequestThrottledException') : undefined);
    await expect(handler(context())).rejects.toMatchObject({ name: 'Unfinished' });
    const over = await handler(context({ now: '2026-11-30T12:00:00.000Z' }));
    expect(over).toMatchObject({
      outcome: 'not-proved',
      facts: [expect.stringMatching(/0 blocks .* two hours were over/)],
    });
  });

  it('lists anew where a token has ended', async () => {
    let stale = 1;
    before = (call) => {
      if (call === 'GetSnapshotBlock' && stale-- > 0) listing += 1;
    };
    expect(await handler(context())).toMatchObject({ outcome: 'proved', proofs: [{ root: rootByHand() }] });
  });

  it.each<[string, () => void, RegExp]>([
    ['we may not read it', () => fails('AccessDeniedException'), /AccessDenied/],
    ['it is gone', () => fails('ResourceNotFoundException'), /ResourceNotFound/],
    ['a block was added while it was read', () => disk.set(3, 'new'), /EBS listed 5 blocks at first, and 6/],
  ])('says so where %s', async (_, deed, words) => {
    let done = false;
    before = (call) => {
      if (done || (call === 'ListSnapshotBlocks' && asked.length < 4)) return;
      done = true;
      deed();
    };
    const { outcome, facts } = await handler(context());
    expect([outcome, facts.join()]).toEqual(['not-proved', expect.stringMatching(words)]);
  });

  it('takes no bytes that are not those of their checksum', async () => {
    const whole = Buffer.alloc(blockSize, 'block 0');
    before = (_, { BlockIndex }) => {
      if (BlockIndex === 0) disk.set(0, 'x');
    };
    const send = context();
    const ebs = send.session.client(EBSClient) as EBSClient;
    vi.spyOn(ebs, 'send').mockImplementation((async (command: { input: Input; constructor: { name: string } }) => {
      const answer = (await direct(command)) as object;
      return command.input.BlockIndex === 0 ? { ...answer, Checksum: sha256(whole).digest('base64') } : answer;
    }) as never);
    expect(await handler(send)).toMatchObject({
      outcome: 'not-proved',
      facts: [expect.stringMatching(/block 0 came with 524288 bytes, and not those of its checksum/)],
    });
  });

  it('reads nothing in observe mode, where the configuration says not to, and where there is no copy', async () => {
    expect(await handler(context({ mode: 'observe' }))).toMatchObject({ outcome: 'would-prove' });
    configured.diskProof = 0;
    expect(await handler(context())).toMatchObject({ outcome: 'not-wanted' });
    configured.diskProof = 32;
    expect(await handler(context({ taken: [] }))).toMatchObject({ outcome: 'not-proved' });
    expect(asked).toEqual([]);
  });
});
