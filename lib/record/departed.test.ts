/** What the ledger of removals says of who has left. */
import { expect, test } from 'vitest';
import { appendAfter, emptyHead } from '../../lambdas/runtime/ledger.ts';
import type { Item } from '../items/item.ts';
import { departedIn } from './departed.ts';

const at = (minute: number): string => `2026-11-29T03:0${minute}:00.000Z`;
const departure = (incident: string) => ({
  incident,
  entries: 4,
  hash: 'a'.repeat(64),
  at: at(1),
  by: 'Rosa',
  second: 'Leo',
  reason: 'kept long enough',
});

/** The ledger with these details, a minute apart. */
function ledger(details: readonly Record<string, unknown>[]): Item[] {
  let head = emptyHead;
  return details.map((detail, minute) => {
    const entry = { kind: 'retention', actor: 'x', what: 'x', detail } as const;
    const [put] = appendAfter(head, 'retention', entry, at(minute))('T');
    const item: Item = put?.Put?.Item ?? {};
    head = { sequence: minute + 1, hash: String(item.hash), day: '2026-11-29' };
    return item;
  });
}

test('one was decided and has left; one was decided and stayed; one is only proposed', () => {
  const items = ledger([
    { removal: 'r', incident: 'inc-3', reason: 'old' },
    departure('inc-1'),
    departure('inc-2'),
    { incident: 'inc-2' },
    { incident: 'inc-1', checkpoint: 7, items: 9 },
  ]);
  const expected = new Map([['inc-1', { departure: departure('inc-1'), checkpoint: 7, leftAt: at(4) }]]);
  expect(departedIn(items)).toEqual(expected);
  expect(departedIn(items.toReversed())).toEqual(expected);
});

test('nobody has left of whom no decision is on it', () => {
  expect(departedIn(ledger([{ incident: 'inc-1', checkpoint: 7, items: 9 }]))).toEqual(new Map());
});
