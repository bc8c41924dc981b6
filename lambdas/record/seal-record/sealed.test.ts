/** Sealing where a time-stamp authority is configured, whatever it does. */
import { generateKeyPairSync, sign as signWith, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../../lib/domain/config.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { timeStampName } from '../../../lib/record/export/files.ts';
import { unpack } from '../../../lib/record/export/tar.ts';
import { verifyStamped } from '../../../lib/record/export/time-stamp-verdict.ts';
import { type Authority, type Conduct, openAuthority, serve } from '../../../test/console/export/authority.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Write } from '../../runtime/table.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const vault: { readonly uri: string; readonly body: Uint8Array }[] = [];
const counted: string[] = [];
const warned: unknown[] = [];
let asks: object;
vi.mock('../../runtime/environment.ts', () => ({ config: () => Config.parse({ regimes: [], ...asks }) }));
vi.mock('../../runtime/pipeline.ts', () => ({
  pipeline: (body: unknown) => body,
  count: (what: string) => counted.push(what),
  logger: { error: () => null, warn: (_: string, more: unknown) => warned.push(more) },
}));
vi.mock('../../runtime/channels.ts', () => ({ publish: async () => null }));
vi.mock('./look.ts', () => ({ lookAt: async () => [] }));
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, { name, body }: { name: string; body: Uint8Array }) => {
    vault.push({ uri: `s3://vault/${name}`, body });
    return { uri: `s3://vault/${name}`, version: `v${vault.length}`, sha256: 'of the archive' };
  },
}));
vi.mock('../sign.ts', () => ({
  signerOf: async () => ({ keyArn: 'key', publicKey: publicKey.export({ type: 'spki', format: 'der' }) }),
  sign: async (_: unknown, manifest: Uint8Array) => signWith('sha256', manifest, privateKey),
}));
const { sealIncident } = await import('./handler.ts');

const pk = 'INC#inc-1';
let items: Map<string, Item>;
const table = {
  get: async ({ sk }: Key) => items.get(sk) ?? null,
  query: async () => [...items.values()].toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1)),
  transact: async (writes: (name: string) => Write[]) => {
    for (const { Put, Update } of writes('T')) {
      // Marks for the next checkpoint lie elsewhere.
      if (Put?.Item?.pk === pk) items.set(String(Put.Item.sk), Put.Item);
      const { ':sequence': sequence, ':hash': hash } = Update?.ExpressionAttributeValues ?? {};
      if (Update) items.set('LEDGER-HEAD', { pk, sk: 'LEDGER-HEAD', sequence, hash });
    }
  },
  update: async ({ sk }: Key, { ExpressionAttributeValues = {} }: { ExpressionAttributeValues?: Item }) => {
    items.set(sk, { ...items.get(sk), sealed: ExpressionAttributeValues[':sealed'] });
  },
};
const work = { table, calls: [], now: () => new Date().toISOString() } as unknown as Work;
const seal = () =>
  sealIncident(work, 'inc-1', 'run-1', {
    actor: 'seal-record',
    tries: 'another',
    looks: 'where it is sealed',
    detail: { run: 'run-1' },
  });
const noted = () => items.get('META')?.sealed;
const verdict = (index: number) => {
  const root = new X509Certificate(authority.pem('root')).raw;
  const read = () => unpack(vault[index]?.body ?? new Uint8Array());
  return verifyStamped(read, { pinned: null, copies: null, authority: read().has(timeStampName) ? [root] : null });
};

let authority: Authority;
let server: Awaited<ReturnType<typeof serve>>;
let conduct: Conduct;
beforeAll(async () => {
  authority = openAuthority();
  server = await serve(() => conduct);
  vi.stubGlobal('fetch', server.fetch);
}, 60_000);
afterAll(() => {
  vi.unstubAllGlobals();
  server.close();
  authority.close();
});
beforeEach(async () => {
  for (const list of [vault, counted, warned, server.asked]) list.length = 0;
  conduct = authority.answer;
  asks = { timestampAuthority: { url: 'https://stamps.example/' } };
  const resource = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-1';
  const meta = { incident: 'inc-1', openedAt: '2026-11-22T03:00:00.000Z', state: 'contained', severity: 'high' };
  items = new Map([['META', { pk, sk: 'META', ...meta, type: 'T', resource, playbook: 'p', run: 'run-1' }]]);
  await append(table as unknown as Work['table'], 'inc-1', { kind: 'step', actor: 'x', what: 'one', detail: {} });
});

describe('with a time-stamp authority', () => {
  it('seals the record with its stamp, and notes what it says', async () => {
    const sealed = await seal();
    expect(sealed).toMatchObject({ outcome: 'sealed', timeStamp: { authority: 'CN=Stand-in tsa' } });
    expect(sealed).not.toHaveProperty('unstamped');
    expect(noted()).toMatchObject({ timeStamp: sealed.timeStamp });
    expect(await verdict(0)).toMatchObject({ ok: true, timeStamp: { ...sealed.timeStamp, trusted: true } });
    expect(await seal()).toMatchObject({ outcome: 'already-sealed', timeStamp: sealed.timeStamp });
    expect([vault.length, server.asked.length, counted]).toEqual([1, 1, []]);
  });

  it.each<[string, Conduct, string]>([
    ['is down', () => ({ status: 503 }), 'it answered 503'],
    ['answers garbage', () => Buffer.from('<html>'), 'cut short or damaged'],
    ['lies', () => authority.stamp(Buffer.from('other')), 'over other bytes'],
  ])('that %s, seals all the same, and says why it has no stamp', async (_, how, told) => {
    conduct = how;
    const because = expect.stringContaining(told);
    expect(await seal()).toMatchObject({ outcome: 'sealed', entries: 2, timeStamp: null, unstamped: because });
    expect(noted()).toMatchObject({ timeStamp: null, unstamped: because });
    expect(await verdict(0)).toMatchObject({ ok: true, entries: 2, timeStamp: null });
    expect([counted, warned]).toEqual([['RecordUnstamped'], [{ incident: 'inc-1', because }]]);
  });

  it('tries again what has no stamp yet, and seals it anew only once there is one', async () => {
    conduct = () => ({ status: 503 });
    const first = await seal();
    conduct = () => ({ status: 429 });
    const second = await seal();
    expect(second).toMatchObject({ outcome: 'already-sealed', version: first.version, timeStamp: null });
    expect([second.unstamped, vault.length]).toEqual([expect.stringContaining('429'), 1]);
    expect(noted()).toMatchObject({ version: first.version, unstamped: second.unstamped });
    conduct = authority.answer;
    const third = await seal();
    expect(third).toMatchObject({ outcome: 'sealed', entries: 2, head: first.head, version: 'v2' });
    expect(noted()).toEqual(expect.not.objectContaining({ unstamped: expect.anything() }));
    expect(await verdict(1)).toMatchObject({ ok: true, entries: 2, timeStamp: { trusted: true } });
    expect([...items.values()].filter(({ kind }) => kind === 'sealed')).toHaveLength(1);
  });

  it('stamps a record that was sealed before there was an authority', async () => {
    asks = {};
    expect(await seal()).toMatchObject({ outcome: 'sealed', timeStamp: null });
    expect(await seal()).toMatchObject({ outcome: 'already-sealed' });
    expect([counted, server.asked, vault.length]).toEqual([[], [], 1]);
    expect(noted()).not.toHaveProperty('unstamped');
    asks = { timestampAuthority: { url: 'https://stamps.example/' } };
    expect(await seal()).toMatchObject({ outcome: 'sealed', timeStamp: { authority: 'CN=Stand-in tsa' } });
  });
});

describe('the configuration', () => {
  it.each(['http://stamps.example/', 'stamps.example', ''])('takes no authority at %j', (url) => {
    expect(() => Config.parse({ timestampAuthority: { url } })).toThrow('should be the https address');
  });
});
