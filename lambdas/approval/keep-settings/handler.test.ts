import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../../lib/domain/config.ts';
import { parseConfig } from '../../../lib/domain/parse-config.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { modeItem } from '../../../lib/items/mode.ts';
import { changeItem, nowItem } from '../../../lib/items/settings.ts';
import { ledgerOf } from '../../../lib/record/incident.ts';
import type { Message } from '../../runtime/blocks.ts';
import type { Table, Write } from '../../runtime/table.ts';

const deployed = vi.hoisted(() => ({ config: {} as object }));
const said: Message[] = [];
const paged: string[] = [];
vi.mock('../../runtime/environment.ts', async (original) => ({
  ...(await original<object>()),
  config: (): Config => parseConfig(deployed.config, { file: 'test' }),
}));
vi.mock('../../runtime/channels.ts', () => ({
  tell: async (_: unknown, message: Message) => {
    said.push(message);
    return { channel: 'C1', ts: '1' };
  },
  publish: async (_: unknown, subject: string) => void paged.push(subject),
}));
/** The pipeline without its middleware: a function gets the work that the test made. */
const clock = { now: '2026-11-29T03:00:00.000Z' };
const tables = new Map<string, Item & Key>();
const incidents = new Map<string, Item>();
const name = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** A table in memory that honours the conditions that settings are written under. */
const settings = {
  name: 'settings',
  get: async (key: Key) => tables.get(name(key)) ?? null,
  update: async (key: Key, { ExpressionAttributeValues }: { ExpressionAttributeValues: Record<string, unknown> }) => {
    const item = tables.get(name(key));
    if (item) tables.set(name(key), { ...item, units: ExpressionAttributeValues[':units'] });
    return null;
  },
  transact: async (writes: (table: string) => Write[]) => {
    for (const { Put, Update } of writes('settings')) {
      if (Put) tables.set(name(Put.Item as Item & Key), Put.Item as Item & Key);
      const key = Update?.Key as Key;
      const set = Update?.ExpressionAttributeValues;
      if (Update)
        tables.set(name(key), { ...key, v: 1, sequence: set?.[':sequence'], hash: set?.[':hash'], day: set?.[':day'] });
    }
  },
} as unknown as Table;
vi.mock('../../runtime/serve-entrance.ts', () => ({
  serveEntrance: (body: (event: unknown, work: object) => Promise<unknown>) => (event: unknown) =>
    body(event, {
      settings,
      table: { get: async (key: Key) => incidents.get(name(key)) ?? null },
      now: () => clock.now,
      client: () => {},
    }),
}));
/** Who is in which unit, as AWS Organizations says; null where it refuses. */
const organization: { units: Record<string, string[]> | null } = { units: null };
vi.mock('./units.ts', () => ({
  unitsNow: async (_: unknown, { inUnits }: { inUnits: object }) => {
    if (Object.keys(inUnits).length === 0) return null;
    if (organization.units) return organization.units;
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  },
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
const set = (who: string, change: object, on = 0) =>
  ask(who, { action: 'set', on, settings: change, reason: 'for the test' });
const now = () => nowItem.read(tables.get(name(nowItem.key())) ?? {});
const ledger = () =>
  [...tables.values()].filter(({ pk }) => pk === 'INC#settings').toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
const tend = () => handler({ 'detail-type': 'CloudFormation Stack Status Change' });

beforeEach(() => {
  deployed.config = { mode: 'respond', approvers: [rosa, leo] };
  clock.now = '2026-11-29T03:00:00.000Z';
  tables.clear();
  incidents.clear();
  organization.units = null;
  said.length = 0;
  paged.length = 0;
});

describe('a change', () => {
  it('that narrows counts at once, is on the ledger and is announced in the channel and on the topic', async () => {
    expect(await set('rosa', { mode: 'observe' })).toMatchObject({ statusCode: 200, outcome: 'changed', version: 1 });
    expect(now()).toMatchObject({
      version: 1,
      settings: { mode: 'observe', approvers: [rosa, leo] },
      by: 'Rosa',
      second: null,
    });
    expect(ledgerOf(ledger())).toMatchObject({ entries: 1, intact: true });
    expect(said[0]?.text).toBe('⚙️ Settings changed: version 1, by Rosa: for the test');
    expect(JSON.stringify(said[0]?.blocks)).toContain('- mode respond\\n• + mode observe');
    expect(paged).toEqual([said[0]?.text]);
  });

  it('that widens waits for another person, for a day', async () => {
    const { change } = await set('rosa', { breaker: { account: 6, all: 20 } });
    expect(tables.has(name(nowItem.key()))).toBe(false);
    expect(await ask('rosa', { action: 'approve', change })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('yourself'),
    });
    clock.now = '2026-11-30T03:00:00.000Z';
    expect(await ask('leo', { action: 'approve', change })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('expired'),
    });
    clock.now = '2026-11-30T02:59:59.000Z';
    expect(await ask('leo', { action: 'approve', change })).toMatchObject({
      statusCode: 200,
      version: 1,
      second: 'Leo',
    });
    expect(changeItem.read(tables.get(name(changeItem.key(String(change)))) ?? {}).state).toBe('APPLIED');
    expect(entryItem.all(ledger()).map(({ actor, what }) => [actor, what])).toEqual([
      ['Rosa', 'proposed a change of the settings'],
      ['Rosa', 'version 1 of the settings'],
    ]);
  });

  it('that waits is void once another version counts', async () => {
    const { change } = await set('rosa', { breaker: { account: 6, all: 20 } });
    await set('leo', { mode: 'observe' });
    expect(await ask('leo', { action: 'approve', change })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('version 1 counts'),
    });
  });

  it('that widens cannot be made where there is one approver, and says what to do', async () => {
    deployed.config = { approvers: [rosa] };
    expect(await set('rosa', { mode: 'respond' })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('takes two people'),
    });
  });

  it('is made by an approver of all, and not of one account', async () => {
    deployed.config = { approvers: [rosa], inAccounts: { '444455556666': { approvers: [leo] } } };
    expect(await set('leo', { breaker: { account: 1, all: 1 } })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('some accounts only'),
    });
    expect(await set('mia', { breaker: { account: 1, all: 1 } })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('not on the list'),
    });
  });

  it('goes on from the mode that an earlier version switched', async () => {
    deployed.config = { approvers: [rosa, leo] };
    incidents.set(name(modeItem.key()), modeItem.item({ mode: 'respond', by: 'x', at: 'y' }));
    expect(await set('rosa', { breaker: { account: 1, all: 1 } })).toMatchObject({ outcome: 'changed' });
    expect(now().settings.mode).toBe('respond');
  });

  it('is not needed for the units of a configuration: after a deployment they are in the table, with their accounts', async () => {
    organization.units = { '444455556666': ['ou-ab12-cdefgh34'] };
    deployed.config = { approvers: [rosa, leo], inUnits: { 'ou-ab12-cdefgh34': { mode: 'respond' } } };
    await tend();
    await tend();
    expect(now()).toMatchObject({ version: 1, by: 'deployment', units: organization.units });
    expect(ledgerOf(ledger())).toMatchObject({ entries: 1, intact: true });
  });

  it('for units is refused where AWS Organizations may not be asked', async () => {
    const inUnits = { 'ou-ab12-cdefgh34': { mode: 'observe' } };
    expect(await set('rosa', { inUnits })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('delegated administrator'),
    });
  });
});

describe('a deployment', () => {
  it('says in what its configuration differs from the table, which counts; the daily call does not', async () => {
    await set('rosa', { breaker: { account: 1, all: 1 } });
    said.length = 0;
    await handler({ 'detail-type': 'Scheduled Event' });
    expect(said).toEqual([]);
    await tend();
    expect(said.map(({ text }) => text)).toEqual([
      '⚙️ The configuration that was deployed differs from the settings table. Version 1 of the table counts: tourniquet settings diff',
    ]);
    expect(JSON.stringify(said[0])).toContain('- breaker 1 an account, 1 in all');
    expect(now().settings.breaker).toEqual({ account: 1, all: 1 });
    expect(ledgerOf(ledger())).toMatchObject({ entries: 1, intact: true });
  });

  it('says nothing where the table is empty, or says the same', async () => {
    await tend();
    await set('rosa', { mode: 'observe' });
    deployed.config = { ...deployed.config, mode: 'observe' };
    said.length = 0;
    await tend();
    expect(said).toEqual([]);
  });
});

describe('a reset by a deployment', () => {
  const reset = { settingsReset: { reason: 'everybody has left' } };

  it('is recorded once, announced, and lets the approvers of the configuration in', async () => {
    await set('rosa', { approvers: [] });
    expect(await set('rosa', { mode: 'observe' }, 1)).toMatchObject({ statusCode: 409 });
    deployed.config = { ...deployed.config, ...reset };
    expect(await tend()).toMatchObject({ reset: true });
    expect(await tend()).toMatchObject({ reset: false });
    expect(now()).toMatchObject({
      version: 2,
      by: 'deployment',
      reason: 'everybody has left',
      settings: { approvers: [rosa, leo] },
    });
    expect(said.at(-1)?.text).toBe('🔴 Settings reset by a deployment: version 2: everybody has left');
    expect(ledgerOf(ledger())).toMatchObject({ entries: 2, intact: true });
    expect(await set('rosa', { mode: 'observe' }, 2)).toMatchObject({ outcome: 'changed', version: 3 });
  });

  it('helps where what is in the table cannot be parsed', async () => {
    tables.set(name(nowItem.key()), { ...nowItem.key(), v: 1, settings: 'lost' });
    expect(await set('rosa', { mode: 'observe' })).toMatchObject({
      statusCode: 409,
      error: expect.stringContaining('settingsReset'),
    });
    deployed.config = { ...deployed.config, ...reset };
    expect(await set('rosa', { mode: 'observe' }, 1)).toMatchObject({ outcome: 'changed', version: 2 });
  });
});
