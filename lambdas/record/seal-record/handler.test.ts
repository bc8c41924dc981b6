import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../../lib/domain/config.ts';
import { Broken, Refused, Transient } from '../../../lib/domain/errors.ts';
import type { NewEntry } from '../../../lib/domain/ledger.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import { names } from '../../../lib/record/export/files.ts';
import { unpack } from '../../../lib/record/export/tar.ts';
import { verifyExport } from '../../../lib/record/export/verify.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Write } from '../../runtime/table.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rosa = 'arn:aws:iam::111122223333:user/rosa';
const vault = new Map<string, Uint8Array>();
let kms: () => void;
vi.mock('../../runtime/settings.ts', () => ({ approversAnywhere: async () => [{ name: 'Rosa', iam: rosa }] }));
vi.mock('../../runtime/environment.ts', () => ({
  config: () => Config.parse({ regimes: [] }),
}));
vi.mock('../../runtime/pipeline.ts', () => ({
  pipeline: (body: unknown) => body,
  count: () => null,
  logger: { error: () => null },
}));
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, { incident, name, body }: { incident: string; name: string; body: Uint8Array }) => {
    const uri = `s3://vault/incidents/${incident}/${name}`;
    vault.set(uri, body);
    return { uri, version: `v${vault.size}`, sha256: 'of the archive' };
  },
}));
const published: string[] = [];
vi.mock('../../runtime/channels.ts', () => ({
  publish: async (_: unknown, subject: string, text: string) => published.push(`${subject}: ${text}`),
}));
/** What looking into the vault shows. */
let found: 'as recorded' | 'changed';
vi.mock('./look.ts', () => ({
  lookAt: async (_: unknown, __: string, records: { id: string }[]) =>
    records.map(({ id }) => ({ id, found, version: 'v1', lockedUntil: null })),
}));
vi.mock('../sign.ts', () => ({
  signerOf: async () => ({ keyArn: 'key', publicKey: publicKey.export({ type: 'spki', format: 'der' }) }),
  sign: async (_: unknown, manifest: Uint8Array) => {
    kms();
    return signWith('sha256', manifest, privateKey);
  },
}));
const { handler } = (await import('./handler.ts')) as unknown as {
  handler: (
    event: object,
    work: Work,
  ) => Promise<{ outcome: string; entries: number; uri: string } & { statusCode: number; body: string }>;
};

const pk = 'INC#inc-1';
let items: Map<string, Item>;
/** Runs while the incident is read. */
let meanwhile: () => Promise<void>;
const table = {
  get: async ({ pk: partition, sk }: Key) => (partition === pk ? (items.get(sk) ?? null) : null),
  query: async (partition: string) => {
    if (partition !== pk) return [];
    const all = [...items.values()].toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
    await meanwhile();
    return all;
  },
  transact: async (writes: (name: string) => Write[]) => {
    for (const { Put, Update } of writes('T')) {
      // Marks for the next checkpoint lie elsewhere.
      if (Put?.Item?.pk === pk) items.set(String(Put.Item.sk), Put.Item);
      const { ':sequence': sequence, ':hash': hash } = Update?.ExpressionAttributeValues ?? {};
      if (Update) items.set('LEDGER-HEAD', { pk, sk: 'LEDGER-HEAD', sequence, hash });
    }
  },
  update: async ({ sk }: Key, { ExpressionAttributeValues = {} }: { ExpressionAttributeValues?: Item }) => {
    const standing = (items.get(sk)?.sealed as { entries: number } | undefined)?.entries ?? 0;
    if (standing > Number(ExpressionAttributeValues[':entries']))
      throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
    items.set(sk, { ...items.get(sk), sealed: ExpressionAttributeValues[':sealed'] });
  },
};
const work = { table, calls: [], now: () => new Date().toISOString() } as unknown as Work;
const fromRun = { incident: 'inc-1', run: 'run-1' };
const note = (what: string): NewEntry => ({ kind: 'step', actor: 'step x', what, detail: { run: 'run-1' } });
const add = (what: string) => append(work.table, 'inc-1', note(what));
const ledger = () => [...items.values()].filter(({ sk }) => String(sk).startsWith('LEDGER#'));
const evidence = [{ kind: 'user-data', uri: 's3://vault/x.txt', sha256: 'ab', acquiredAt: '2026-11-20T10:00:00.000Z' }];
const seize = () =>
  append(work.table, 'inc-1', { ...note('record'), detail: { result: { outcome: 'recorded', evidence } } });
const recordsIn = (uri: string): CustodyRecord[] =>
  Buffer.from(unpack(vault.get(uri) ?? new Uint8Array()).get(names.evidence) ?? [])
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CustodyRecord);
const verified = (uri: string) =>
  verifyExport(() => unpack(vault.get(uri) ?? new Uint8Array()), { pinned: null, copies: null });

describe('seal-record', () => {
  beforeEach(async () => {
    vault.clear();
    published.length = 0;
    found = 'as recorded';
    kms = () => {};
    meanwhile = async () => {};
    const resource = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-1';
    const meta = { incident: 'inc-1', openedAt: '2026-11-22T03:00:00.000Z', state: 'contained', severity: 'high' };
    items = new Map([['META', { pk, sk: 'META', ...meta, type: 'T', resource, playbook: 'p', run: 'run-1' }]]);
    await add('one');
    await add('two');
  });

  it('says so on the ledger first, then seals all of it, and notes where it lies', async () => {
    const sealed = await handler(fromRun, work);
    expect(sealed).toMatchObject({ outcome: 'sealed', entries: 3, uri: 's3://vault/incidents/inc-1/export-3.tar' });
    expect(ledger().at(-1)).toMatchObject({ kind: 'sealed', actor: 'seal-record', what: 'sealing entries 1 to 2' });
    expect(verified(sealed.uri)).toMatchObject({ ok: true, incident: 'inc-1', entries: 3, firstFault: null });
    expect(items.get('META')?.sealed).toMatchObject({ entries: 3, uri: sealed.uri, version: 'v1' });
  });

  it('does not seal twice what has not changed, and seals what has', async () => {
    const first = await handler(fromRun, work);
    expect(await handler(fromRun, work)).toMatchObject({ outcome: 'already-sealed', uri: first.uri });
    expect([ledger().length, vault.size]).toEqual([3, 1]);
    await add('released');
    expect(await handler(fromRun, work)).toMatchObject({ outcome: 'sealed', entries: 5 });
  });

  it('reads evidence back for whoever exports, and seals anew only what is no longer as the record says', async () => {
    await seize();
    await handler(fromRun, work);
    const asked = {
      requestContext: { authorizer: { iam: { userArn: rosa } } },
      body: JSON.stringify({ action: 'seal', incident: 'inc-1' }),
    };
    const seal = async () => JSON.parse((await handler(asked, work)).body) as object;
    expect(await seal()).toMatchObject({ outcome: 'already-sealed', evidence: [] });
    expect(published).toEqual([]);
    found = 'changed';
    expect(await seal()).toMatchObject({ outcome: 'sealed', evidence: [expect.stringContaining('is changed')] });
    expect(published).toHaveLength(1);
    // It is on record by now: said to whoever asks, and to nobody else once more.
    expect(await seal()).toMatchObject({
      outcome: 'already-sealed',
      evidence: [expect.stringContaining('is changed')],
    });
    expect(published).toHaveLength(1);
  });

  it('goes on where an attempt ended between the ledger and the vault', async () => {
    kms = () => {
      throw new Transient('throttled');
    };
    await expect(handler(fromRun, work)).rejects.toThrow(Transient);
    kms = () => {};
    expect(await handler(fromRun, work)).toMatchObject({ outcome: 'sealed', entries: 3 });
    expect(ledger().map(({ kind }) => kind)).toEqual(['step', 'step', 'sealed']);
  });

  it('leaves its reason on the record when its last try fails for the moment too', async () => {
    kms = () => {
      throw new Transient('throttled');
    };
    const failures = () => ledger().flatMap(({ kind, act, detail }) => (kind === 'failure' ? [{ act, detail }] : []));
    await expect(handler({ ...fromRun, retried: 3, retries: 4 }, work)).rejects.toThrow(Transient);
    expect(failures()).toEqual([]);
    await expect(handler({ ...fromRun, retried: 4, retries: 4 }, work)).rejects.toThrow(Transient);
    expect(failures()).toEqual([
      {
        act: { step: 'seal-record', operation: 'run', phase: 'record', of: '' },
        detail: expect.objectContaining({ error: 'Transient', because: 'throttled' }),
      },
    ]);
  });

  it('reads again what was written to meanwhile, so that the export is of one moment', async () => {
    let turn = 0;
    meanwhile = async () => {
      turn++;
      if (turn === 1) await add('meanwhile');
    };
    const sealed = await handler(fromRun, work);
    expect([turn, sealed.entries, verified(sealed.uri).ok]).toEqual([2, 4, true]);
    await add('more');
    meanwhile = () => add('always');
    await expect(handler(fromRun, work)).rejects.toThrow(Transient);
  });

  it('looks at the evidence first, so that the export says what it found', async () => {
    await seize();
    const { uri } = await handler(fromRun, work);
    const [record] = recordsIn(uri);
    expect(record).toMatchObject({ id: 'ev-3-1', verifications: [{ by: 'seal-record', found: 'as recorded' }] });
    expect([verified(uri).ok, published]).toEqual([true, []]);
  });

  it('tells people at once of evidence that is not what was taken, and seals what is known all the same', async () => {
    await seize();
    found = 'changed';
    const { outcome, uri } = await handler(fromRun, work);
    expect([outcome, verified(uri).ok]).toEqual(['sealed', true]);
    expect(recordsIn(uri)[0]?.verifications).toMatchObject([{ found: 'changed' }]);
    expect(published).toEqual([
      'Evidence of inc-1 is not what was taken: ev-3-1 is changed in the vault: s3://vault/x.txt',
    ]);
  });

  it('leaves the note of a longer export, sealed in the same moment, as it is', async () => {
    kms = () => items.set('META', { ...items.get('META'), sealed: { entries: 9, uri: 'longer' } });
    expect(await handler(fromRun, work)).toMatchObject({ outcome: 'sealed', entries: 3 });
    expect(items.get('META')?.sealed).toEqual({ entries: 9, uri: 'longer' });
  });

  it('seals nothing whose ledger is broken, and says so on it', async () => {
    items.set('LEDGER#000001', { ...items.get('LEDGER#000001'), actor: 'somebody else' });
    await expect(handler(fromRun, work)).rejects.toThrow(Broken);
    expect(vault.size).toBe(0);
    const because = 'The ledger is incomplete: entry 1 was changed.';
    expect(ledger().at(-1)).toMatchObject({ kind: 'failure', actor: 'seal-record', detail: { run: 'run-1', because } });
  });

  it('seals no word of a person that the ledger does not know', async () => {
    const decision = { verdict: 'APPROVED', by: 'Rosa', via: 'slack', at: '2026-11-22T03:01:00.000Z', reason: null };
    const approval = { id: 'a1', incident: 'inc-1', run: 'run-1', question: 'quarantine', planHash: 'p', needs: 'one' };
    const times = { askedAt: decision.at, expiresAt: decision.at, suspects: [], requestedBy: null, posted: null };
    const sk = 'APPROVAL#run-1#quarantine';
    items.set(sk, { pk, sk, ...approval, ...times, state: 'APPROVED', decisions: [decision] });
    await expect(handler(fromRun, work)).rejects.toThrow(
      'The record has a decision by Rosa of 2026-11-22T03:01:00.000Z, which no entry of the ledger mentions.',
    );
    expect([vault.size, ledger().at(-1)?.kind]).toEqual([0, 'failure']);
    const detail = { approval: 'a1', decision };
    await append(work.table, 'inc-1', { ...note('approved'), kind: 'decision', detail });
    expect(await handler(fromRun, work)).toMatchObject({ outcome: 'sealed' });
  });

  it('knows an incident that is none', async () => {
    await expect(handler({ incident: 'inc-2', run: 'run-1' }, work)).rejects.toThrow(Refused);
    expect(ledger()).toHaveLength(2);
  });

  const request = (userArn: string, body: object) => ({
    body: JSON.stringify(body),
    requestContext: { authorizer: { iam: { userArn } } },
  });

  it('seals for an approver, whose name is on the ledger', async () => {
    const { statusCode, body } = await handler(request(rosa, { action: 'seal', incident: 'inc-1' }), work);
    expect([statusCode, JSON.parse(body)]).toEqual([200, expect.objectContaining({ outcome: 'sealed', entries: 3 })]);
    expect(ledger().at(-1)).toMatchObject({ actor: 'Rosa', detail: { via: 'command-line' } });
  });

  it.each([
    ['arn:aws:iam::111122223333:user/eve', { action: 'seal', incident: 'inc-1' }, 409, 'not on the list of approvers'],
    [rosa, { action: 'seal', incident: 'inc-2' }, 409, 'There is no incident inc-2'],
    [rosa, { action: 'unseal', incident: 'inc-1' }, 400, '"error":"action: '],
    [rosa, { action: 'transfer', incident: 'inc-1', to: 'x', reason: 'y' }, 409, 'has no evidence'],
    [rosa, { action: 'transfer', incident: 'inc-2', to: 'x', reason: 'y' }, 409, 'There is no incident inc-2'],
    [rosa, { action: 'transfer', incident: 'inc-1', to: ' ', reason: 'y' }, 400, '"error":"to: Too small'],
    [rosa, { action: 'transfer', incident: 'inc-1', to: 'x', raeson: 'y' }, 400, 'Unrecognized key: \\"raeson\\"'],
  ])('answers %s who asks %j with %i', async (userArn, body, status, words) => {
    const answer = await handler(request(userArn, body), work);
    expect(answer).toMatchObject({ statusCode: status, body: expect.stringContaining(words) });
    expect(vault.size).toBe(0);
  });

  describe('notes that somebody was given copies', () => {
    const give = (more: object) =>
      handler(request(rosa, { action: 'transfer', incident: 'inc-1', to: 'police', reason: 'warrant', ...more }), work);

    it('of all evidence, by whom and when, and each custody record says so', async () => {
      await seize();
      const { statusCode, body } = await give({ at: '2026-11-22T10:00+01:00' });
      const transfer = { to: 'police', reason: 'warrant', at: '2026-11-22T09:00:00.000Z', artefacts: ['ev-3-1'] };
      expect([statusCode, JSON.parse(body)]).toEqual([200, { incident: 'inc-1', by: 'Rosa', ...transfer }]);
      expect(ledger().at(-1)).toMatchObject({
        kind: 'custody',
        actor: 'Rosa',
        what: 'gave copies of all evidence to police',
        detail: { transfer },
      });
      const { uri } = await handler(fromRun, work);
      expect(recordsIn(uri)[0]?.transfers).toMatchObject([{ by: 'Rosa', to: 'police', entry: 4 }]);
    });

    it('once, however often the same request is repeated', async () => {
      await seize();
      const at = '2026-11-22T10:00+01:00';
      const [first, second] = [await give({ at }), await give({ at, artefacts: ['ev-3-1', 'ev-3-1'] })];
      expect([second.statusCode, second.body]).toEqual([200, first.body]);
      expect(ledger()).toHaveLength(4);
      await give({ at, to: 'court' });
      expect(ledger()).toHaveLength(5);
    });

    it.each([
      [{ at: '2026-11-20T09:59Z' }, 'ev-3-1 was collected at 2026-11-20T10:00:00.000Z'],
      [{ artefacts: ['ev-9-1'] }, 'inc-1 has no artefact ev-9-1; it has ev-3-1.'],
      [{ at: '2999-01-01T00:00Z' }, 'is in the future'],
      [{ at: 'yesterday' }, 'is not a time'],
    ])('not with %j', async (more, words) => {
      await seize();
      expect(await give(more)).toMatchObject({ statusCode: 409, body: expect.stringContaining(words) });
      expect(ledger()).toHaveLength(3);
    });
  });
});
