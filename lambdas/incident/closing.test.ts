import { describe, expect, it } from 'vitest';
import type { IncidentState, Run } from '../../lib/domain/incident.ts';
import type { StoredIncident } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { storedIncident, threat } from '../../test/fixtures/stored-incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict, type Write } from '../runtime/table.ts';
import { settle } from './closing.ts';

const chain = threat({ playbook: 'iam-role-session', of: 'chain', about: ['child'] });
const other = threat({ playbook: 'other' });

/** The record of an incident; each `meanwhile` happens between one read and the write after it. */
function incident(record: Item, meanwhile: ((record: Item) => void)[] = []) {
  const taken: unknown[] = [];
  const table = {
    get: async () => structuredClone(record),
    transact: async (writes: (table: string) => Write[]) => {
      const [first] = writes('t');
      if (first?.Put) return void taken.push(first.Put.Item?.pk);
      meanwhile.shift()?.(record);
      const values = writes('t')[0]?.Update?.ExpressionAttributeValues ?? {};
      const same =
        JSON.stringify([record.ends, record.threats]) === JSON.stringify([values[':before'], values[':were']]);
      if (!same || record.state !== values[':seen'] || record.run !== values[':main'])
        throw Object.assign(Object.create(Conflict.prototype), { reasons: [] });
      Object.assign(record, { state: values[':state'], ends: values[':ends'], threats: values[':threats'] });
    },
  };
  const now = () => '2026-11-21T10:30:00.000Z';
  const end = (id: string, state: IncidentState) =>
    settle({ table, now } as unknown as Work, { incident: 'inc-1', id, mode: 'respond' } as Run, state);
  return { end, record, taken };
}
const opened = (more: Partial<StoredIncident> = {}): Item =>
  storedIncident({
    run: 'main',
    ends: { main: 'open', child: 'open' },
    threats: { main: threat(), child: chain },
    ...more,
  });

describe('a run that ends', () => {
  it('leaves the incident open as long as another goes on', async () => {
    const { end, record } = incident(opened());
    await end('main', 'contained');
    expect(record.state).toBe('open');
    await end('child', 'held');
    expect(record.state).toBe('contained');
  });

  it('says when it did, and in which mode', async () => {
    const { end, record } = incident(opened());
    await end('child', 'held');
    const ended = { at: '2026-11-21T10:30:00.000Z', mode: 'respond' };
    expect(record.threats).toMatchObject({ main: { ended: null }, child: { ended } });
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

  it('does not make an incident contained whose other threat is not', async () => {
    const { end, record } = incident(opened({ threats: { main: threat(), child: other } }));
    await end('main', 'contained');
    await end('child', 'held');
    expect(record.state).toBe('open');
  });

  it('does not reopen what was let go meanwhile, unless it holds something', async () => {
    const { end, record, taken } = incident(
      opened({
        state: 'released',
        ends: { main: 'released', child: 'open' },
        threats: { main: threat(), child: other },
      }),
    );
    await end('child', 'held');
    expect([record.state, taken]).toEqual(['released', []]);
    await end('child', 'contained');
    // What is found about it belongs to it again.
    expect([record.state, taken]).toEqual([
      'contained',
      ['RESOURCE#arn:aws:ec2:eu-central-1:111122223333:instance/i-1'],
    ]);
  });
});
