import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Throttled } from '../../lib/domain/errors.ts';
import type { Change, Verdict } from '../../lib/domain/outcome.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { dbInstance } from '../rds/db-instance/target.ts';
import { isolateDatabase, type Reach } from '../rds/isolate-database/step.ts';
import type { Database } from '../rds/kinds.ts';
import type { LeverCode } from './serve-lever.ts';
import type { Write } from './table.ts';

const kept = new Map<string, Item>();
const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** That of the ledger's head, which is all that is updated here. */
function update({ Key: key, ExpressionAttributeValues: to = {} }: NonNullable<Write['Update']>): void {
  const head = { sequence: to[':sequence'], hash: to[':hash'], v: to[':v'] };
  kept.set(nameOf(key as unknown as Key), { ...key, ...head });
}

vi.mock('./table.ts', async (actual) => ({
  ...(await actual<object>()),
  openTable: () => ({
    get: async (key: Key) => kept.get(nameOf(key)) ?? null,
    async putNew(item: Item & Key) {
      const standing = kept.get(nameOf(item)) ?? null;
      if (!standing) kept.set(nameOf(item), item);
      return standing;
    },
    async transact(writes: (table: string) => Write[]) {
      for (const { Put, Update } of writes('table')) {
        if (Put?.Item) kept.set(nameOf(Put.Item as Item & Key), Put.Item);
        if (Update) update(Update);
      }
    },
  }),
}));
vi.mock('./session.ts', () => ({ assume: async () => ({}), sessionName: (run: string) => run }));
vi.mock('./permit.ts', () => ({ permit: async () => {} }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
const { serveLever } = await import('./serve-lever.ts');

const open: Reach = { groups: ['sg-shop'], public: { orders: true } };
const closed: Reach = { groups: ['sg-closed'], public: { orders: false } };

/** A lever on a database whose looks may fail, by their number. */
function lever(looking: (turn: number) => void, more: Pick<LeverCode<Database, Reach>, 'verify'> = {}) {
  let [now, turn] = [open, 0];
  const applied: Reach[] = [];
  const handler = serveLever<Database, Reach>(isolateDatabase, {
    async look() {
      looking(++turn);
      return now;
    },
    plan: () => ({ ours: closed }),
    async apply({ to }): Promise<Change> {
      applied.push(to);
      now = to;
      return { outcome: 'applied', changed: ['orders'] };
    },
    release: async () => ({ outcome: 'already-applied' }),
    ...more,
  });
  return { applied, call: (operation: 'apply' | 'confirm') => handler({ ...event, operation }, {} as never) };
}

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const target = { ...dbInstance.any(place), id: 'orders', seenAt: '2026-11-22T05:59:00.000Z' };
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond', openedAt: '2026-11-22T06:00:00Z' };
/** As a playbook calls it: done and read back in one. */
const event = { further: 'verify', run, target };
const items = (kind: RegExp) => [...kept.values()].filter(({ sk }) => kind.test(String(sk)));
const ledger = () => items(/^LEDGER#/).map(({ kind, what }) => `${kind} ${what}`);

beforeEach(() => kept.clear());

describe('what is read back by the call that applied it', () => {
  test('and may not be read any more is not verified, for the reason given; it stands as applied, and both are on the ledger', async () => {
    const { applied, call } = lever((turn) => {
      if (turn > 1) throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });
    expect(await call('apply')).toEqual({ outcome: 'not-verified', because: 'AccessDenied: not allowed' });
    expect(applied).toEqual([closed]);
    expect(ledger()).toEqual(['step isolate-database: apply', 'failure isolate-database: verify']);
    expect(items(/^BEFORE#/)).toMatchObject([{ before: open, releasedAt: null }]);
  });

  test('and cannot be read just now is tried again as a whole, and applied once', async () => {
    const { applied, call } = lever((turn) => {
      if (turn === 2) throw new Throttled('slow down');
    });
    await expect(call('apply')).rejects.toMatchObject({ name: 'Throttled' });
    expect(ledger()).toEqual(['step isolate-database: apply']);
    expect(await call('apply')).toMatchObject({ outcome: 'verified' });
    expect(applied).toEqual([closed]);
    expect(ledger()).toEqual(['step isolate-database: apply', 'step isolate-database: verify']);
  });
});

const verified: Verdict = { outcome: 'verified', seen: [] };

test('what AWS is still changing when it is looked at again was undone by nobody: it is tried again, and not applied once more', async () => {
  let done = false;
  const verify = async () => {
    if (!done) throw new Throttled('not read back yet');
    return verified;
  };
  const { applied, call } = lever(() => {}, { verify });
  await call('apply').catch(() => {});
  await expect(call('confirm')).rejects.toThrow('not read back yet');
  done = true;
  expect(await call('confirm')).toMatchObject({ outcome: 'verified' });
  expect(applied).toEqual([closed]);
  expect(ledger().join()).not.toContain('failure');
});
