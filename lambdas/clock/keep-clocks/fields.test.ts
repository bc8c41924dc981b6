import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../../lib/domain/config.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { storedIncident } from '../../../test/fixtures/stored-incident.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Write } from '../../runtime/table.ts';

vi.mock('../../runtime/environment.ts', () => ({
  config: () => Config.parse({ entity: { name: 'ACME' }, regimes: [] }),
}));
const { stateFields } = await import('./fields.ts');

const openedAt = '2026-11-21T10:00:00.000Z';
let items: Map<string, Item>;
const table = {
  get: async ({ sk }: Key) => items.get(sk) ?? null,
  query: async (_: string, prefix: string) => [...items.values()].filter(({ sk }) => String(sk).startsWith(prefix)),
  transact: async (writes: (name: string) => Write[]) => {
    for (const { Put, Update } of writes('T')) {
      if (Put?.Item) items.set(String(Put.Item.sk), Put.Item);
      const { ':sequence': sequence, ':hash': hash } = Update?.ExpressionAttributeValues ?? {};
      if (Update) items.set('LEDGER-HEAD', { sk: 'LEDGER-HEAD', sequence, hash });
    }
  },
};
const work = { table, now: () => '2026-11-21T11:00:00.000Z' } as unknown as Work;
const incident = 'inc-1';
const ledger = () => [...items.values()].filter(({ sk }) => String(sk).startsWith('LEDGER#'));

describe('fields people state', () => {
  beforeEach(() => {
    items = new Map([['META', storedIncident({ incident, openedAt })]]);
  });

  it('go on record with one entry of the ledger, a confirmed draft with its hash', async () => {
    const words = [
      { take: 'set', field: 'outcome', value: 'failed' },
      { take: 'unknown', field: 'actor' },
      { take: 'confirm', field: 'location' },
    ] as const;
    const stated = await stateFields(work, { incident, words, reason: 'after the call' }, 'Rosa');
    expect(stated).toMatchObject({ incident, by: 'Rosa', fields: [{ name: 'outcome' }, { value: null }, {}] });
    expect(ledger()).toHaveLength(1);
    expect(ledger()[0]).toMatchObject({
      kind: 'report',
      actor: 'Rosa',
      what: 'set: outcome; unknown to us: actor; confirmed: location',
      detail: { reason: 'after the call', fields: [{ value: 'failed' }, {}, { draft: expect.any(String) }] },
    });
    expect(items.get('FIELD#location')).toMatchObject({
      name: 'location',
      status: 'confirmed',
      by: 'Rosa',
      reason: 'after the call',
      value: expect.stringContaining('i-1, AWS account 111122223333'),
      draft: expect.stringMatching(/^\w{64}$/),
    });
  });

  it('are all taken or none', async () => {
    const words = [
      { take: 'set', field: 'outcome', value: 'failed' },
      { take: 'confirm', field: 'actor' },
    ] as const;
    await expect(stateFields(work, { incident, words }, 'Rosa')).rejects.toThrow('no draft of actor');
    expect([...items.keys()]).toEqual(['META']);
  });

  it.each([
    [[{ take: 'set', field: 'outcom', value: 'x' }], 'did you mean "outcome"?'],
    [[{ take: 'set', field: 'times.discovered', value: 'x' }], 'tourniquet fact'],
    [
      [
        { take: 'unknown', field: 'actor' },
        { take: 'set', field: 'actor', value: 'x' },
      ],
      'given twice',
    ],
    [['actor', 'outcome', 'notes'].map((field) => ({ take: 'set', field, value: 'x'.repeat(40_000) })), '100000'],
  ] as const)('are refused: %#', async (words, because) => {
    await expect(stateFields(work, { incident, words: [...words] as never }, 'Rosa')).rejects.toThrow(because);
    expect(ledger()).toEqual([]);
  });

  it('are refused where there is no incident', async () => {
    items.clear();
    const words = [{ take: 'unknown', field: 'actor' }] as const;
    await expect(stateFields(work, { incident, words }, 'Rosa')).rejects.toThrow('There is no incident inc-1.');
  });
});
