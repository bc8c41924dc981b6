import { describe, expect, it } from 'vitest';
import { type IncidentState, type Run, stateOver } from '../../lib/domain/incident.ts';
import type { StoredIncident } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { storedIncident } from '../../test/fixtures/stored-incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict, type Write } from '../runtime/table.ts';
import { settle } from './closing.ts';

describe('how an incident stands by all its runs', () => {
  it.each([
    ['contained', [], 'contained'],
    ['contained', ['contained'], 'contained'],
    // Somebody wanted it so: the parent holds.
    ['contained', ['held'], 'contained'],
    ['contained', ['held', 'open'], 'open'],
    ['contained', ['open'], 'open'],
    ['held', [], 'held'],
    ['held', ['held'], 'held'],
    ['held', ['contained'], 'open'],
    ['open', ['contained', 'contained'], 'open'],
  ] as const)('%s, and further ones %j: %s', (main, further, whole) => {
    expect(stateOver(main, further)).toBe(whole);
  });
});

/** The record of an incident; each `meanwhile` happens between one read and the write after it. */
function incident(record: Item, meanwhile: ((record: Item) => void)[] = []) {
  const table = {
    get: async () => structuredClone(record),
    transact: async (writes: (table: string) => Write[]) => {
      meanwhile.shift()?.(record);
      const values = writes('t')[0]?.Update?.ExpressionAttributeValues ?? {};
      const same =
        JSON.stringify(record.ends) === JSON.stringify(values[':before']) && record.state === values[':seen'];
      if (!same || record.run !== values[':main'])
        throw Object.assign(Object.create(Conflict.prototype), { reasons: [] });
      Object.assign(record, { state: values[':state'], ends: values[':ends'] });
    },
  };
  const end = (id: string, state: IncidentState) =>
    settle({ table } as unknown as Work, { incident: 'inc-1', id } as Run, state);
  return { end, record };
}
const opened = (more: Partial<StoredIncident> = {}): Item =>
  storedIncident({ run: 'main', ends: { main: 'open', child: 'open' }, ...more });

describe('a run that ends', () => {
  it('leaves the incident open as long as another goes on', async () => {
    const { end, record } = incident(opened());
    await end('main', 'contained');
    expect(record.state).toBe('open');
    await end('child', 'held');
    expect(record.state).toBe('contained');
  });

  it('does not call it contained before the first one is', async () => {
    const { end, record } = incident(opened());
    await end('child', 'contained');
    expect(record.state).toBe('open');
    await end('main', 'held');
    expect(record.state).toBe('open');
  });

  it('overlooks none that ends in the same moment', async () => {
    const other = (record: Item) => Object.assign(record, { ends: { main: 'open', child: 'open', late: 'open' } });
    const { end, record } = incident(opened(), [other]);
    await end('child', 'contained');
    await end('main', 'contained');
    expect(record).toMatchObject({ state: 'open', ends: { main: 'contained', child: 'contained', late: 'open' } });
  });

  it('counts for the run that took the incident over, and what that replaced does not', async () => {
    const { end, record } = incident(opened({ run: 'second', ends: { main: 'held' } }));
    await end('second', 'contained');
    expect(record.state).toBe('contained');
  });

  it('does not reopen what was let go meanwhile, unless it holds something', async () => {
    const { end, record } = incident(opened({ state: 'released', ends: { main: 'contained', child: 'open' } }));
    await end('child', 'held');
    expect(record.state).toBe('released');
    await end('child', 'contained');
    expect(record.state).toBe('contained');
  });
});
