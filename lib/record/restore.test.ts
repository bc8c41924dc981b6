/** What the vault has of an incident, held against a table that lost its end, or all of it, or in which somebody changed something. */
import { describe, expect, test } from 'vitest';
import { appendAfter, emptyHead } from '../../lambdas/runtime/ledger.ts';
import { beforeStateItem } from '../items/before-state.ts';
import { departureItem } from '../items/departure.ts';
import { incidentItem } from '../items/incident.ts';
import type { Item, Key } from '../items/item.ts';
import { headItem } from '../items/ledger.ts';
import { copyOf } from './copy.ts';
import { hashOf } from './hash.ts';
import { compared, type StoredCopy } from './restore.ts';

const incident = 'inc-1';
const at = (minute: number): string => `2026-11-29T03:0${minute}:00.000Z`;

/** A ledger of so many entries, with its head. */
function ledger(count: number): { entries: Item[]; head: Item } {
  const entries: Item[] = [];
  let head = emptyHead;
  for (let n = 1; n <= count; n++) {
    const entry = { kind: 'step', actor: 'step x', what: `x ${n}`, detail: {} } as const;
    const [put] = appendAfter(head, incident, entry, at(n))('T');
    const item: Item = put?.Put?.Item ?? {};
    entries.push(item);
    head = { sequence: n, hash: String(item.hash), day: '2026-11-29' };
  }
  return { entries, head: headItem.item(head, incident) };
}

const held = (more: { releasedAt?: string; before?: unknown } = {}): Item & Key => {
  const { before = { profile: 'web' }, releasedAt = null } = more;
  const told = {
    step: 'swap-instance-profile',
    title: 'T',
    phase: 'contain' as const,
    effect: 'E',
    undo: 'U',
    of: 'arn:i-1',
  };
  const target = { kind: 'instance', id: 'i-1' };
  const state = { ...told, target, before, ours: {}, hash: hashOf(before), takenAt: at(2), releasedAt };
  return beforeStateItem.item(state, incident, told.step, told.of);
};
const about = { state: 'open', severity: 'high', type: 'T', resource: 'r', playbook: 'p', run: 'r' } as const;
const itself = (state: 'open' | 'contained' | 'closed'): Item & Key =>
  incidentItem.item(
    { incident, openedAt: at(1), ...about, state, claims: [], ends: {}, threats: {}, entity: {} },
    incident,
  );

const stored = (items: readonly Item[]): StoredCopy[] =>
  items.map((item, minute) => ({ key: copyOf(item).key, since: at(minute), item }));

const whole = ledger(4);
const everything = [...whole.entries, held(), itself('open'), itself('contained')];
const table = [...whole.entries, whole.head, held(), itself('contained')];
const skIn = (items: readonly Item[]): string[] => items.map(({ sk }) => String(sk));

describe('a table', () => {
  test('that has everything lacks nothing', () => {
    expect(compared(incident, stored(everything), table)).toMatchObject({ entries: 4, missing: [], faults: [] });
  });

  test('that lost its last minutes gets the before-state, the entries, their head, and the mark for the next checkpoint', () => {
    const { missing, faults } = compared(incident, stored(everything), [
      ...whole.entries.slice(0, 2),
      ledger(2).head,
      itself('open'),
    ]);
    expect(faults).toEqual([]);
    expect(skIn(missing)).toEqual([
      'BEFORE#swap-instance-profile#arn:i-1',
      'LEDGER#000003',
      'LEDGER#000004',
      'LEDGER-HEAD',
      incident,
      'META',
      `${at(1)}#${incident}`,
    ]);
    expect(missing).toEqual(expect.arrayContaining([held(), whole.entries[3], whole.head]));
  });

  test('that is older than the end of an incident does not have it open again', () => {
    const copies = stored([...everything, itself('closed')]);
    const { missing } = compared(incident, copies, [...whole.entries.slice(0, 2), ledger(2).head, itself('open')]);
    expect(missing).toContainEqual(itself('closed'));
    expect(missing).toContainEqual(expect.objectContaining({ pk: 'INCIDENTS', incident, state: 'closed' }));
    // Of two copies in one second, the later seal.
    const sealed = { entries: 4, head: 'h', at: at(5), uri: 's3://x', version: 'v', sha256: null, manifest: 'm' };
    const both = [{ ...itself('closed'), sealed }, itself('closed')];
    const twins = stored(everything).concat(stored(both).map((copy) => ({ ...copy, since: at(9) })));
    expect(compared(incident, twins, []).missing).toContainEqual(both[0]);
  });

  test('that is not behind keeps the incident as it has it: its copies come a minute later', () => {
    const copies = stored(everything.slice(0, -1));
    expect(compared(incident, copies, table).missing).toEqual([]);
    expect(compared(incident, stored(everything), [...table.slice(0, -1), itself('open')]).missing).toEqual([]);
  });

  test('that is new gets the incident as it was at the end, and its line in the list', () => {
    const { missing, faults } = compared(incident, stored(everything), []);
    expect(faults).toEqual([]);
    expect(missing).toContainEqual(itself('contained'));
    expect(missing).toContainEqual(expect.objectContaining({ pk: 'INCIDENTS', incident, state: 'contained' }));
  });

  test('in which a lever is still held that was released gets the later state', () => {
    const released = held({ releasedAt: at(3) });
    expect(compared(incident, stored([...everything, released]), table).missing).toEqual([released]);
    expect(compared(incident, stored(everything), [...table.slice(0, 5), released, itself('open')]).missing).toEqual(
      [],
    );
  });
});

describe('an incident that has left', () => {
  const copies = stored([...whole.entries, held({ releasedAt: at(3) }), itself('open'), itself('closed')]);
  const hash = String(headItem.read(whole.head).hash);
  const departure = { incident, entries: 4, hash, at: at(5), by: 'Rosa', second: 'Leo', reason: 'kept long enough' };
  const fate = { departure, checkpoint: 7, leftAt: at(6), leaving: false };

  test('is not put back', () => {
    expect(compared(incident, copies, [], fate)).toMatchObject({ missing: [], faults: [], left: { table: 'gone' } });
  });

  test('and that a backup brought back is closed, whole, and leaves again by what was decided', () => {
    const { missing, faults, left } = compared(
      incident,
      copies,
      [...whole.entries.slice(0, 2), ledger(2).head, held(), itself('open')],
      fate,
    );
    expect({ faults, left }).toMatchObject({ faults: [], left: { table: 'there again', checkpoint: 7 } });
    expect(missing).toEqual(expect.arrayContaining([whole.head, itself('closed'), held({ releasedAt: at(3) })]));
    expect(missing.at(-1)).toEqual(
      departureItem.item({ departure, openedAt: at(1), checkpoint: 7, left: null }, incident),
    );
  });

  test('is only said of where it is on its way out already', () => {
    const items = [...whole.entries, whole.head, held({ releasedAt: at(3) }), itself('closed')];
    const { missing, left } = compared(incident, copies, items, { ...fate, leaving: true });
    expect({ missing, left }).toMatchObject({ missing: [], left: { table: 'there again' } });
  });
});

test('the ledger of removals is put back without an incident', () => {
  const entries = ledger(2).entries.map((item) => ({ ...item, pk: 'INC#retention' }));
  const { missing, faults } = compared('retention', stored(entries), []);
  expect({ missing: skIn(missing), faults }).toEqual({
    missing: ['LEDGER#000001', 'LEDGER#000002', 'LEDGER-HEAD', 'retention'],
    faults: [],
  });
});

describe('nothing is to be written where', () => {
  const faultsOf = (copies: StoredCopy[], items: readonly Item[]) => compared(incident, copies, items).faults;

  test('an entry in the table is another one', () => {
    const forged = { ...whole.entries[1], what: 'forged' };
    expect(faultsOf(stored(everything), [...table.filter((one) => one !== whole.entries[1]), forged])).toEqual([
      'entry 2 in the table is not the one that was copied',
      expect.stringContaining('entry 2 was changed'),
    ]);
  });

  test('the before-state in the table is another one: it was taken when the lever already held', () => {
    const [wrong] = faultsOf(stored(everything), [
      ...table.slice(0, 5),
      held({ before: { profile: null } }),
      itself('open'),
    ]);
    expect(wrong).toBe(
      'the before-state of swap-instance-profile on arn:i-1 in the table is not the one that was copied',
    );
  });

  test('a copy is not what its name says, or there are two of one entry', () => {
    const forged = { ...whole.entries[3], what: 'forged' };
    const renamed = stored(everything).map((copy, n) => (n === 3 ? { ...copy, item: forged } : copy));
    expect(faultsOf(renamed, [])).toContainEqual(
      expect.stringMatching(/000004-[0-9a-f]{64}\.json does not match the hash/),
    );
    expect(faultsOf(stored([...everything, forged]), [])).toContainEqual('there are two copies of entry 4');
  });

  test('something was written by a newer version', () => {
    const newer = { ...held(), v: 99 };
    const { missing, faults } = compared(incident, stored([...whole.entries, newer, itself('open')]), []);
    expect({ missing, faults }).toEqual({ missing: [], faults: [expect.stringContaining('a newer version wrote it')] });
  });

  test('an entry is missing in the vault too', () => {
    const copies = stored(everything.filter((one) => one !== whole.entries[2]));
    expect(faultsOf(copies, [])).toEqual([expect.stringContaining('entry 3 is missing or out of order')]);
  });

  test('the incident itself is in neither', () => {
    expect(faultsOf(stored([...whole.entries]), [])).toEqual([
      'neither the table nor the vault has the incident itself',
    ]);
  });
});
