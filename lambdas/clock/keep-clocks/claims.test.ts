import { beforeEach, describe, expect, it } from 'vitest';
import type { Item, Key } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { saidIn } from '../../../lib/record/said.ts';
import { storedIncident } from '../../../test/fixtures/stored-incident.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Write } from '../../runtime/table.ts';
import { ClaimRequest, noteClaim } from './claims.ts';

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
const now = '2026-11-21T11:00:00.000Z';
const work = { table, now: () => now } as unknown as Work;
const ledger = () => entryItem.all([...items.values()]);

const words = { action: 'claim', incident: 'inc-1', said: 'that was our scanner' };
const held = { about: { address: '203.0.113.0/24' }, holds: { identity: '*:assumed-role/scanner/*' } };
const claim = (request: object, by = 'Rosa') => noteClaim(work, ClaimRequest.parse({ ...words, ...request }), by);

describe('what people say', () => {
  beforeEach(() => {
    items = new Map([['META', storedIncident({ incident: 'inc-1', openedAt: now })]]);
  });

  it('goes on record with whose word it is and who signed, and touches no other item', async () => {
    const before = items.get('META');
    await claim({ by: 'Mia, network team', ...held });
    expect(saidIn(ledger())).toEqual([
      {
        entry: 1,
        at: expect.any(String),
        by: 'Rosa',
        claim: { who: 'Mia, network team', when: now, said: words.said, ...held },
      },
    ]);
    expect(ledger()[0]).toMatchObject({ kind: 'claim', what: 'Mia, network team says: “that was our scanner”' });
    expect(items.get('META')).toEqual(before);
    // The last is where the next checkpoint looks.
    expect([...items.keys()].toSorted()).toEqual(['LEDGER#000001', 'LEDGER-HEAD', 'META', 'inc-1']);
  });

  it('is the word of whoever signs, where nobody else is named, and may name no event', async () => {
    expect(await claim({})).toMatchObject({ by: 'Rosa', claim: { who: 'Rosa', said: words.said } });
    expect(saidIn(ledger())).toHaveLength(1);
  });

  it('is there once, however often it is sent; of another signer, or in other words, it is another', async () => {
    const first = await claim(held);
    expect(await claim(held)).toEqual(first);
    await claim(held, 'Leo');
    await claim({ ...held, said: 'that was not our scanner' });
    expect(ledger()).toHaveLength(3);
  });

  it('loses what looks like a secret, and is refused where a record could not be chosen any more', async () => {
    const token = ['xoxb', '1234', 'abcd'].join('-');
    expect(await claim({ said: `the token was ${token}` })).toMatchObject({
      claim: { said: 'the token was [redacted]' },
    });
    const about = { identity: `AKIA${'A'.repeat(16)}` };
    await expect(claim({ about, holds: 'never' })).rejects.toThrow('by its ARN');
    await expect(claim({ about: held.about })).rejects.toThrow('goes with the other');
    expect(ledger()).toHaveLength(1);
  });

  it('is refused where there is no incident', async () => {
    items.clear();
    await expect(claim(held)).rejects.toThrow('There is no incident inc-1.');
  });
});
