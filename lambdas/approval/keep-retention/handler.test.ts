/** How an incident leaves the table: two people or the configuration decide, a checkpoint names it, then it goes. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../../lib/domain/config.ts';
import { parseConfig } from '../../../lib/domain/parse-config.ts';
import { coverItem } from '../../../lib/items/checkpoint.ts';
import { departureItem, departures, proposalItem } from '../../../lib/items/departure.ts';
import { incidentItem, listItem } from '../../../lib/items/incident.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { ledgerOf } from '../../../lib/record/incident.ts';
import type { Message } from '../../runtime/blocks.ts';
import { append } from '../../runtime/ledger.ts';
import type { Table, Write } from '../../runtime/table.ts';

const deployed = vi.hoisted(() => ({ config: {} as object }));
const said: Message[] = [];
vi.mock('../../runtime/environment.ts', async (original) => ({
  ...(await original<object>()),
  config: (): Config => parseConfig(deployed.config, { file: 'test' }),
}));
vi.mock('../../runtime/channels.ts', () => ({
  tell: async (_: unknown, message: Message) => {
    said.push(message);
    return { channel: 'C1', ts: '1' };
  },
  publish: async () => {},
}));

const tables = new Map<string, Item & Key>();
const place = ({ pk, sk }: Key | Item): string => `${pk} ${sk}`;
/** A table in memory that honours the conditions on what must not be there yet, and on the state of a proposal. */
const table = {
  name: 'T',
  get: async (key: Key) => tables.get(place(key)) ?? null,
  query: async (pk: string) =>
    [...tables.values()].filter((item) => item.pk === pk).toSorted((a, b) => (a.sk < b.sk ? -1 : 1)),
  remove: async (key: Key) => void tables.delete(place(key)),
  update: async (key: Key, { ExpressionAttributeValues: values }: { ExpressionAttributeValues: Item }) => {
    tables.set(place(key), { ...(tables.get(place(key)) as Item & Key), left: values[':now'] });
    return null;
  },
  transact: async (writes: (name: string) => Write[]) => {
    const all = writes('T');
    const clashes = all.map(({ Put }) => {
      const there = Put?.Item && tables.get(place(Put.Item));
      const fresh = Put?.ConditionExpression?.startsWith('attribute_not_exists');
      return there !== undefined && (fresh || there.state === 'APPLIED');
    });
    if (clashes.some(Boolean)) {
      const { Conflict } = await import('../../runtime/table.ts');
      const CancellationReasons = clashes.map((clash) => ({ Code: clash ? 'ConditionalCheckFailed' : 'None' }));
      throw new Conflict({ CancellationReasons } as never);
    }
    for (const { Put, Update } of all) {
      if (Put?.Item) tables.set(place(Put.Item), Put.Item as Item & Key);
      const values = Update?.ExpressionAttributeValues ?? {};
      const key = Update?.Key as Key | undefined;
      if (key) {
        const { ':sequence': sequence, ':hash': hash, ':day': day, ':v': v } = values;
        tables.set(place(key), { ...key, v, sequence, hash, day });
      }
    }
  },
} as unknown as Table;
const clock = { now: '' };
vi.mock('../../runtime/serve-entrance.ts', () => ({
  serveEntrance: (body: (event: unknown, work: object) => Promise<unknown>) => (event: unknown) =>
    body(event, { table, settings: { get: async () => null }, now: () => clock.now, client: () => {} }),
}));
const { handler } = (await import('./handler.ts')) as unknown as { handler: (event: object) => Promise<unknown> };

const user = (who: string): string => `arn:aws:iam::111122223333:user/${who}`;
const rosa = { name: 'Rosa', iam: user('rosa') };
const leo = { name: 'Leo', iam: user('leo') };

async function ask(who: string, body: object): Promise<{ statusCode: number; [key: string]: unknown }> {
  const requestContext = { authorizer: { iam: { userArn: user(who) } } };
  const reply = (await handler({ body: JSON.stringify(body), requestContext })) as { statusCode: number; body: string };
  return { statusCode: reply.statusCode, ...(JSON.parse(reply.body) as object) };
}
const remove = (who: string, incident = 'inc-1') =>
  ask(who, { action: 'remove', incident, reason: 'kept long enough' });
const tend = () => handler({ 'detail-type': 'Scheduled Event' });
const of = (pk: string) => [...tables.values()].filter((item) => item.pk === pk);
const ledger = () => of('INC#retention').toSorted((a, b) => (a.sk < b.sk ? -1 : 1));

const openedAt = '2026-01-05T10:00:00.000Z';

/** A closed incident of two entries, exported whole, and covered by a checkpoint. */
async function closedIncident(incident: string, more: object = {}): Promise<void> {
  vi.setSystemTime(openedAt);
  for (const what of ['opened', 'closed'])
    await append(table, incident, { kind: 'step', actor: 'step x', what, detail: {} });
  const { hash } = headItem.read((await table.get(headItem.key(incident))) ?? {});
  const line = { incident, openedAt, state: 'closed', severity: 'high', type: 'T', resource: 'r' } as const;
  const listed = { ...line, playbook: 'p', run: 'run', ...more };
  const sealed = { at: openedAt, entries: 2, head: hash, uri: 's3://x', version: 'v', sha256: null, manifest: 'm' };
  const put = (item: Item & Key) => void tables.set(place(item), item);
  put(listItem.item(listed, openedAt, incident));
  put({ ...incidentItem.item({ ...listed, claims: [], ends: {}, threats: {} }, incident), sealed });
  put(coverItem.item({ checkpoint: 1, at: openedAt, entries: 2, hash, opened: openedAt }, incident, 1));
  vi.setSystemTime(clock.now);
}

const named = (incident: string, checkpoint: number): void => {
  const key = place(departureItem.key(incident));
  tables.set(key, { ...(tables.get(key) as Item & Key), checkpoint });
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  deployed.config = { approvers: [rosa, leo] };
  clock.now = '2026-11-29T03:00:00.000Z';
  tables.clear();
  said.length = 0;
  await closedIncident('inc-1');
  await closedIncident('inc-2');
});

describe('a removal', () => {
  it('takes two people, is announced and on a ledger, and removes nothing yet', async () => {
    const { statusCode, removal } = await remove('rosa');
    expect(statusCode).toBe(200);
    expect(said[0]?.text).toContain('Removing an incident needs a second person: inc-1, proposed by Rosa');
    expect(await ask('rosa', { action: 'approve', removal })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('yourself'),
    });
    expect(await ask('leo', { action: 'approve', removal })).toMatchObject({
      statusCode: 200,
      by: 'Rosa',
      second: 'Leo',
    });
    expect(ledgerOf(ledger())).toMatchObject({ entries: 2, intact: true });
    expect(proposalItem.read((await table.get(proposalItem.key(String(removal)))) ?? {}).state).toBe('APPLIED');
    expect(departureItem.all(of(departures))).toMatchObject([
      { departure: { incident: 'inc-1', entries: 2, by: 'Rosa', second: 'Leo' }, checkpoint: null, left: null },
    ]);
    // No checkpoint names it yet.
    expect(await tend()).toMatchObject({ left: [] });
    expect(of('INC#inc-1')).not.toEqual([]);
    expect(await ask('leo', { action: 'approve', removal })).toMatchObject({ statusCode: 409 });
  });

  it('expires after a day, and is not made for two', async () => {
    const [first, second] = [await remove('rosa'), await remove('rosa')];
    expect(await ask('leo', { action: 'approve', removal: first.removal })).toMatchObject({ statusCode: 200 });
    expect(await ask('leo', { action: 'approve', removal: second.removal })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('a moment before you'),
    });
    clock.now = '2026-11-30T03:00:00.000Z';
    const { removal } = await remove('rosa', 'inc-2');
    clock.now = '2026-12-01T03:00:00.000Z';
    expect(await ask('leo', { action: 'approve', removal })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('expired'),
    });
  });

  it('is refused of what is needed, and where one person decides', async () => {
    await closedIncident('inc-3', { state: 'held' });
    expect(await remove('rosa', 'inc-3')).toMatchObject({ statusCode: 409, error: 'inc-3 stays: it is held.' });
    await append(table, 'inc-2', { kind: 'check', actor: 'x', what: 'added', detail: {} });
    expect(await remove('rosa', 'inc-2')).toMatchObject({ error: expect.stringContaining('in no checkpoint') });
    expect(await remove('rosa', 'inc-9')).toMatchObject({ error: 'There is no incident inc-9 in the table.' });
    expect(await remove('mia')).toMatchObject({ statusCode: 409 });
    deployed.config = { approvers: [rosa] };
    expect(await remove('rosa')).toMatchObject({ error: expect.stringContaining('takes two people') });
    expect(of(departures)).toEqual([]);
  });
});

describe('what leaves', () => {
  const decided = async (): Promise<void> => {
    const { removal } = await remove('rosa');
    await ask('leo', { action: 'approve', removal });
    named('inc-1', 7);
  };

  it('goes once a checkpoint names it, whole, and nothing else does', async () => {
    await decided();
    expect(await tend()).toMatchObject({ left: ['inc-1'], kept: [] });
    for (const pk of ['INC#inc-1', 'COVER#inc-1']) expect(of(pk)).toEqual([]);
    expect(of('INCIDENTS').map(({ incident }) => incident)).toEqual(['inc-2']);
    expect(of('INC#inc-2')).not.toEqual([]);
    expect(ledgerOf(ledger())).toMatchObject({ entries: 3, intact: true });
    expect(ledger().at(-2)?.what ?? '').toContain('checkpoint 7 names it');
    // The table knows of it for some days more.
    expect(await tend()).toMatchObject({ left: [] });
    expect(of(departures)).toHaveLength(1);
    clock.now = '2026-12-03T03:00:00.000Z';
    await tend();
    expect(of(departures)).toEqual([]);
  });

  it('stays where its ledger has grown since', async () => {
    await decided();
    await append(table, 'inc-1', { kind: 'check', actor: 'x', what: 'reopened', detail: {} });
    expect(await tend()).toMatchObject({ left: [], kept: ['inc-1'] });
    expect(of('INC#inc-1')).not.toEqual([]);
    expect(of(departures)).toEqual([]);
    expect(ledger().at(-2)?.what ?? '').toContain('stays in the table');
  });

  it('is finished where an earlier run died in the middle', async () => {
    await decided();
    for (const one of of('INC#inc-1').slice(0, 2)) if (!headItem.isOf(one)) tables.delete(place(one));
    expect(await tend()).toMatchObject({ left: ['inc-1'] });
    expect(of('INC#inc-1')).toEqual([]);
  });
});

describe('the configuration', () => {
  it('removes what is closed and exported, and has no entry for so many days', async () => {
    expect(await tend()).toMatchObject({ decided: [] });
    deployed.config = { ...deployed.config, tableDays: 365 };
    expect(await tend()).toMatchObject({ decided: [] });
    deployed.config = { ...deployed.config, tableDays: 300 };
    await closedIncident('inc-3', { state: 'held' });
    expect(await tend()).toMatchObject({ decided: ['inc-1', 'inc-2'] });
    expect(departureItem.all(of(departures)).map(({ departure }) => departure)).toMatchObject([
      { incident: 'inc-1', by: 'configuration', second: null, reason: 'tableDays: 300' },
      { incident: 'inc-2' },
    ]);
    // Decided once.
    expect(await tend()).toMatchObject({ decided: [] });
  });
});
