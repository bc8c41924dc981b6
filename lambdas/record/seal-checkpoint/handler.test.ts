/** Checkpoints of a table, into a vault: both in memory, and everything that may go wrong between the two. */
import { createSign } from 'node:crypto';
import { GetObjectCommand, type ListObjectVersionsCommand, type PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../../lib/domain/config.ts';
import { Broken } from '../../../lib/domain/errors.ts';
import { tipItem } from '../../../lib/items/checkpoint.ts';
import { departureItem, retentionLedger } from '../../../lib/items/departure.ts';
import { listItem, listPartition } from '../../../lib/items/incident.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { keyOf } from '../../../lib/record/checkpoint/checkpoint.ts';
import { checkAll } from '../../../lib/record/checkpoint/verdict.ts';
import { unpack } from '../../../lib/record/export/tar.ts';
import { newPair, type Pair } from '../../../test/console/export/record.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Write } from '../../runtime/table.ts';

let build: string;
const pages: string[] = [];
vi.mock('../../runtime/environment.ts', () => ({
  config: () => Config.parse({ regimes: [] }),
  environment: (name: string) => (name === 'RETENTION_DAYS' ? '104' : name),
  tool: () => ({ version: '1.0.0', sha256: build }),
}));
vi.mock('../../runtime/pipeline.ts', () => ({
  pipeline: (body: unknown) => body,
  count: () => null,
  logger: { info: () => null, warn: () => null, error: () => null },
}));
vi.mock('../../runtime/channels.ts', () => ({
  publish: async (_: unknown, subject: string, text: string) => pages.push(`${subject}: ${text}`),
}));
let pair: Pair;
vi.mock('../sign.ts', () => ({
  signerOf: async () => ({ keyArn: 'key', publicKey: pair.publicKey }),
  sign: async (_: unknown, manifest: Uint8Array) => createSign('sha256').update(manifest).sign(pair.privateKey),
}));
const { makeCheckpoint } = await import('./handler.ts');
const { daysSince } = await import('./look.ts');

let items: Map<string, Item>;
/** What the table was asked: partitions and keys. */
const asked: string[] = [];
/** Runs before each write of the tip. */
let beforeTip: () => void;
const place = ({ pk, sk }: Item | Key): string => `${pk} ${sk}`;
const table = {
  name: 'T',
  get: async (key: Key) => {
    asked.push(place(key));
    return items.get(place(key)) ?? null;
  },
  query: async (pk: string) => {
    asked.push(pk);
    return [...items.values()]
      .filter((item) => item.pk === pk)
      .toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
  },
  putNew: async (item: Item & Key) => {
    const there = items.get(place(item)) ?? null;
    if (!there) items.set(place(item), item);
    return there;
  },
  update: async (key: Key, { ExpressionAttributeValues: values = {} }: { ExpressionAttributeValues?: Item }) => {
    if (key.pk === 'DEPARTURES') {
      const there = items.get(place(key));
      if (!there) throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
      items.set(place(key), { ...there, checkpoint: values[':checkpoint'] });
      return;
    }
    beforeTip();
    const standing = items.get(place(key))?.tip as { number: number } | undefined;
    if (standing && standing.number >= Number(values[':number']))
      throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
    items.set(place(key), { ...key, v: values[':v'], tip: values[':tip'] });
  },
  transact: async (writes: (name: string) => Write[]) => {
    for (const { Put, Update } of writes('T')) {
      if (Put?.Item) items.set(place(Put.Item), Put.Item);
      const { Key: key, ExpressionAttributeValues: values = {} } = Update ?? {};
      if (key) {
        const { ':sequence': sequence, ':hash': hash, ':day': day, ':v': v } = values;
        items.set(place(key), { ...key, v, sequence, hash, day });
      }
    }
  },
};
let vault: { Key: string; body: Uint8Array; until: Date | undefined }[];
const s3 = {
  send: async (command: PutObjectCommand | GetObjectCommand | ListObjectVersionsCommand) => {
    const { input } = command;
    if ('Body' in input) {
      const { Key: key = '', Body, IfNoneMatch, ChecksumSHA256, ObjectLockRetainUntilDate: until } = input;
      if (IfNoneMatch === '*' && vault.some((one) => one.Key === key))
        throw Object.assign(new Error('At least one of the preconditions did not hold'), {
          name: 'PreconditionFailed',
        });
      vault.push({ Key: key, body: Body as Uint8Array, until });
      return { VersionId: `v${vault.length}`, ChecksumSHA256 };
    }
    if (command instanceof GetObjectCommand) {
      const { body } = vault[Number(command.input.VersionId?.slice(1)) - 1] ?? {};
      return { Body: { transformToByteArray: async () => body } };
    }
    const { Prefix } = (command as ListObjectVersionsCommand).input;
    return {
      Versions: vault
        .map((one, index) => ({ Key: one.Key, VersionId: `v${index + 1}` }))
        .filter((one) => one.Key.startsWith(Prefix ?? ''))
        .toReversed(),
    };
  },
};
let now: string;
const work = { table, calls: [], client: () => s3, now: () => now } as unknown as Work;

async function open(incident: string): Promise<void> {
  const meta = { incident, openedAt: now, state: 'open', severity: 'high', type: 'T', resource: 'r' } as const;
  const line = listItem.item({ ...meta, playbook: 'p', run: 'run' }, now, incident);
  items.set(place(line), line);
  await add(incident);
}
async function add(incident: string): Promise<void> {
  vi.setSystemTime(now);
  await append(work.table, incident, { kind: 'step', actor: 'step x', what: 'x', detail: {} });
}
const at = (time: string): void => {
  now = time;
};
const verdict = () =>
  checkAll({
    archives: vault.map(({ Key: name, body }) => ({ name, read: () => unpack(body) })),
    pinned: pair.fingerprint,
    authority: null,
    ledgersOf: async () => [],
    scope: 'some',
    now: null,
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  pair = newPair();
  build = 'build 1';
  items = new Map();
  vault = [];
  pages.length = 0;
  beforeTip = () => {};
});

describe('the mark of a grown ledger', () => {
  const marks = () => [...items.keys()].filter((key) => key.startsWith('GROWN#'));

  it('is written with the first entry of each day, and with no other', async () => {
    at('2026-11-28T23:59:00.000Z');
    await open('inc-1');
    await add('inc-1');
    expect(marks()).toEqual(['GROWN#2026-11-28 inc-1']);
    items.delete('GROWN#2026-11-28 inc-1');
    await add('inc-1');
    expect(marks()).toEqual([]);
    at('2026-11-29T00:01:00.000Z');
    await add('inc-1');
    expect(marks()).toEqual(['GROWN#2026-11-29 inc-1']);
  });

  it('is looked for on every day since, and on the one on which a function may have been late', () => {
    expect(daysSince('2026-11-28T04:17:00.000Z', '2026-11-29T04:17:00.000Z')).toEqual(['2026-11-28', '2026-11-29']);
    expect(daysSince('2026-12-31T00:05:00.000Z', '2027-01-01T00:05:00.000Z')).toEqual([
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
    ]);
    expect(daysSince('2026-11-29T04:17:00.000Z', '2026-11-29T04:18:00.000Z')).toEqual(['2026-11-29']);
  });
});

describe('seal-checkpoint', () => {
  beforeEach(async () => {
    at('2026-11-28T02:00:00.000Z');
    for (const incident of ['inc-1', 'inc-2', 'inc-3']) await open(incident);
    at('2026-11-28T04:17:00.000Z');
  });

  it('seals every ledger first, and then what has grown, chained and locked', async () => {
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 1, added: 3, incidents: 3, size: 3, alarms: [] });
    at('2026-11-28T12:00:00.000Z');
    await add('inc-2');
    await open('inc-4');
    at('2026-11-29T04:17:00.000Z');
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 2, added: 2, incidents: 4, size: 5 });
    at('2026-11-30T04:17:00.000Z');
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 3, added: 0, incidents: 4, size: 5 });
    expect(await verdict()).toMatchObject({ ok: true, checkpoints: 3, incidents: 4, size: 5 });
    expect(vault.map(({ Key: key }) => key)).toEqual([1, 2, 3].map(keyOf));
    expect(vault[0]?.until).toEqual(new Date('2027-03-12T04:17:00.000Z'));
    expect(pages).toEqual([]);
  });

  it('asks for what has grown, however many others there are', async () => {
    for (let index = 10; index < 60; index++) await open(`inc-${index}`);
    await makeCheckpoint(work);
    at('2026-11-29T02:00:00.000Z');
    await add('inc-2');
    at('2026-11-29T04:17:00.000Z');
    asked.length = 0;
    items.delete('GROWN#2026-11-28 inc-1');
    await makeCheckpoint(work);
    expect(asked).not.toContain(listPartition);
    expect(asked.filter((key) => key.includes('inc-2 ') || key.endsWith('inc-2'))).toHaveLength(2);
    expect(asked.some((key) => key.includes('inc-1 '))).toBe(false);
  });

  it('looks at every incident again after a deployment, and after a pause', async () => {
    await makeCheckpoint(work);
    const looks = async (time: string): Promise<boolean> => {
      at(time);
      asked.length = 0;
      await makeCheckpoint(work);
      return asked.includes(listPartition);
    };
    expect(await looks('2026-11-29T04:17:00.000Z')).toBe(false);
    build = 'build 2';
    expect(await looks('2026-11-30T04:17:00.000Z')).toBe(true);
    expect(await looks('2026-12-01T04:17:00.000Z')).toBe(false);
    expect(await looks('2026-12-03T04:17:00.000Z')).toBe(true);
  });

  it('takes over what lies in the vault where the table does not know it', async () => {
    beforeTip = () => {
      throw new Error('the function was killed');
    };
    await expect(makeCheckpoint(work)).rejects.toThrow('killed');
    beforeTip = () => {};
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 2, added: 0, incidents: 3, size: 3 });
    // A table that was restored from before all of them.
    for (const key of items.keys()) if (/^(CHECKPOINTS|COVER#)/.test(key)) items.delete(key);
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 3, added: 0, incidents: 3, size: 3 });
    expect(await verdict()).toMatchObject({ ok: true, checkpoints: 3 });
  });

  it('builds on nothing that our key did not sign, and on nothing that is of another chain', async () => {
    await makeCheckpoint(work);
    vault.push({ Key: keyOf(2), body: Buffer.from('not a checkpoint'), until: undefined });
    await expect(makeCheckpoint(work)).rejects.toThrow(Broken);
    const tip = tipItem.read(items.get('CHECKPOINTS TIP') ?? {}).tip;
    vault = vault.slice(0, 1);
    await makeCheckpoint(work);
    items.set('CHECKPOINTS TIP', tipItem.item({ tip: { ...tip, manifest: 'of another chain' } }));
    await expect(makeCheckpoint(work)).rejects.toThrow('000002.tar in the vault does not follow the newest checkpoint');
  });

  it('pages where a ledger has lost entries since, has another end, or is gone', async () => {
    await makeCheckpoint(work);
    at('2026-11-28T12:00:00.000Z');
    for (const incident of ['inc-1', 'inc-2', 'inc-3']) await add(incident);
    at('2026-11-29T04:17:00.000Z');
    await makeCheckpoint(work);
    at('2026-11-29T12:00:00.000Z');
    for (const incident of ['inc-1', 'inc-2', 'inc-3']) await add(incident);
    const head = (incident: string, sequence: number) =>
      items.set(place(headItem.key(incident)), headItem.item({ sequence, hash: 'f'.repeat(64) }, incident));
    head('inc-1', 1);
    head('inc-2', 2);
    items.delete(place(headItem.key('inc-3')));
    at('2026-11-30T04:17:00.000Z');
    const { alarms } = await makeCheckpoint(work);
    expect(alarms).toEqual([
      'The ledger of inc-1 has 1 entries with another end, and checkpoint 2 counts 2.',
      'The ledger of inc-2 has 2 entries with another end, and checkpoint 2 counts 2.',
      'The ledger of inc-3 is gone: it has no head.',
    ]);
    expect(pages).toEqual([expect.stringContaining(alarms.join('\n\n'))]);
    const { faults } = await verdict();
    expect(faults.map(({ kind, incident }) => [kind, incident])).toEqual([
      ['shortened', 'inc-1'],
      ['rewritten', 'inc-2'],
    ]);
  });

  it('names what leaves, once, and does not miss it afterwards', async () => {
    const head = headItem.read(items.get('INC#inc-1 LEDGER-HEAD') ?? {});
    const departure = {
      incident: 'inc-1',
      entries: head.sequence,
      hash: head.hash,
      at: now,
      by: 'Rosa',
      second: 'Leo',
      reason: 'old',
    };
    await makeCheckpoint(work);
    const decided = departureItem.item({ departure, openedAt: now, checkpoint: null, left: null }, 'inc-1');
    items.set(place(decided), decided);
    await add(retentionLedger);
    at('2026-11-29T04:17:00.000Z');
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 2, added: 1, alarms: [] });
    expect(items.get(place(decided))).toMatchObject({ checkpoint: 2 });
    const tip = tipItem.read(items.get('CHECKPOINTS TIP') ?? {}).tip;
    expect(tip).toMatchObject({ incidents: 4, unlisted: 2 });
    // It has left; a deployment has every ledger looked at again.
    for (const key of [...items.keys()].filter((one) => /inc-1$|INC#inc-1 /.test(one) && !one.startsWith('DEPARTURES')))
      items.delete(key);
    items.set(place(decided), { ...decided, checkpoint: 2, left: now });
    build = 'build 2';
    at('2026-11-30T04:17:00.000Z');
    expect(await makeCheckpoint(work)).toMatchObject({ checkpoint: 3, added: 0, alarms: [] });
    expect(await verdict()).toMatchObject({ ok: true, removed: [{ incident: 'inc-1', by: 'Rosa', checkpoint: 2 }] });
    expect(pages).toEqual([]);
  });
});
