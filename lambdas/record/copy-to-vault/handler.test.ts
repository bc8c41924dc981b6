/** Copies of the record: a table and a vault in memory. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { grownItem } from '../../../lib/items/checkpoint.ts';
import type { Item } from '../../../lib/items/item.ts';
import type { Work } from '../../runtime/pipeline.ts';

vi.mock('../../runtime/environment.ts', () => ({
  environment: (name: string) => ({ RETENTION_DAYS: '104', LOCK: lock })[name] ?? name,
}));
vi.mock('../../runtime/pipeline.ts', () => ({
  pipeline: (body: unknown) => body,
  count: () => null,
  logger: { info: () => null },
}));
const { copyNew } = await import('./handler.ts');

let lock: string;
let modes: unknown[];
let vault: Map<string, string>;
let table: readonly Item[];
let denied: boolean;
const send = async ({ input }: { input: Record<string, unknown> }) => {
  if (denied) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
  const Key = String(input.Key);
  if (input.IfNoneMatch === '*' && vault.has(Key))
    throw Object.assign(new Error('taken'), { name: 'PreconditionFailed' });
  modes.push(input.ObjectLockMode);
  vault.set(Key, new TextDecoder().decode(input.Body as Uint8Array));
  return { VersionId: '1', ChecksumSHA256: input.ChecksumSHA256 };
};
const work = {
  client: () => ({ send }),
  table: { query: async (pk: string) => table.filter((item) => item.pk === pk) },
  now: () => '2026-11-29T10:00:00.000Z',
} as unknown as Work;

const entry = { pk: 'INC#inc-1', sk: 'LEDGER#000007', v: 1, what: 'x', hash: 'h' };
const before = {
  pk: 'INC#inc-1',
  sk: 'BEFORE#swap-instance-profile#arn:aws:ec2:x:1:instance/i-1',
  before: { a: null },
};
const token = { pk: 'INC#inc-1', sk: 'APPROVAL#q', token: 'secret' };
const head = { pk: 'INC#inc-1', sk: 'LEDGER-HEAD', sequence: 7 };
const stream = (...items: Item[]) => ({
  Records: items.map((item) => ({ eventName: 'INSERT', dynamodb: { NewImage: marshall(item) } })),
});
/** The keys without their hashes. */
const names = () => [...vault.keys()].map((key) => key.replace(/-[0-9a-f]{64}\.json$/, '')).toSorted();

beforeEach(() => {
  lock = 'governance';
  modes = [];
  vault = new Map();
  table = [];
  denied = false;
});

describe('what is new in the stream', () => {
  it('is copied as it is: entries and before-states, and nothing else', async () => {
    expect(await copyNew(work, stream(entry, before, token, head))).toEqual({ put: 2, there: 0 });
    expect(names()).toEqual(['copies/inc-1/before/swap-instance-profile', 'copies/inc-1/ledger/000007']);
    expect([...vault.values()].map((body) => JSON.parse(body) as object)).toEqual(
      expect.arrayContaining([entry, before]),
    );
  });

  it('is written once, however often it comes', async () => {
    await copyNew(work, stream(entry));
    expect(await copyNew(work, stream(entry, entry, before))).toEqual({ put: 1, there: 1 });
  });

  it('is locked in the mode that is configured', async () => {
    await copyNew(work, stream(entry));
    lock = 'compliance';
    await copyNew(work, stream(before));
    expect(modes).toEqual(['GOVERNANCE', 'COMPLIANCE']);
  });

  it('makes another copy beside the first when it was changed afterwards', async () => {
    await copyNew(work, stream(entry));
    await copyNew(work, stream({ ...entry, what: 'forged' }));
    expect(names()).toEqual(['copies/inc-1/ledger/000007', 'copies/inc-1/ledger/000007']);
  });

  it('is copied of the incident itself only as it is at the end', async () => {
    const meta = (state: string) => ({ pk: 'INC#inc-1', sk: 'META', state });
    await copyNew(work, stream(meta('open'), entry, meta('contained')));
    expect(names()).toEqual(['copies/inc-1/incident', 'copies/inc-1/ledger/000007']);
    expect([...vault.values()].join()).toContain('contained');
    expect([...vault.values()].join()).not.toContain('open');
  });

  it('fails as a whole where one cannot be put, so that Lambda tries again', async () => {
    denied = true;
    await expect(copyNew(work, stream(entry))).rejects.toThrow();
  });
});

describe('a dead letter', () => {
  const letter = (first: string, last: string) => ({
    DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last },
  });

  it('has everything copied again that grew at its time, by what was noted before midnight too', async () => {
    table = [grownItem.item({ incident: 'inc-1' }, '2026-11-28', 'inc-1'), entry, before, token];
    const came = await copyNew(work, letter('2026-11-29T00:01:00Z', '2026-11-29T00:02:00Z'));
    expect(came).toEqual({ put: 2, there: 0 });
  });

  it('leaves other days alone', async () => {
    table = [grownItem.item({ incident: 'inc-1' }, '2026-11-28', 'inc-1'), entry];
    expect(await copyNew(work, letter('2026-11-29T12:00:00Z', '2026-11-29T12:00:00Z'))).toEqual({ put: 0, there: 0 });
  });
});

it('refuses what is neither', async () => {
  await expect(copyNew(work, { source: 'aws.s3' })).rejects.toThrow();
});
