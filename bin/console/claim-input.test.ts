import { expect, test } from 'vitest';
import { heldAs } from '../../lib/domain/claim.ts';
import { heldTyped } from './claim-input.ts';

const identity = '*:assumed-role/scanner/*';
const address = '203.0.113.0/24';
const from = '2026-11-20T15:00+01:00';
const since = '2026-11-20T14:00:00.000Z';

test.each([
  ['an address and an identity', { address, identity, from }, { about: { address, from: since }, holds: { identity } }],
  ['an identity alone', { identity }, { about: { technique: '*' }, holds: { identity } }],
  ['an address alone', { address, to: from }, { about: { technique: '*', to: since }, holds: { address } }],
  ['that there was none', { identity, from, never: '' }, { about: { identity, from: since }, holds: 'never' }],
  ['words alone', {}, {}],
])('%s says which records are meant, and what they have to say', (_, typed, held) => {
  expect(heldTyped(typed)).toEqual(held);
});

test.each([
  ['a time of nothing', { from }, '--from goes with --identity or --address'],
  ['never of nothing', { never: '' }, '--never goes with'],
  ['no network', { address: '203.0.113.0/99' }, '--address: is no address'],
  ['no time', { address, from: 'yesterday' }, '"yesterday" is not a time'],
  [
    'an end before the beginning',
    { address, from: '2026-11-20T14:00Z', to: '2026-11-20T13:00Z' },
    'ends before it begins',
  ],
  ['an empty identity', { identity: ' ' }, '--identity'],
])('%s is refused in words', (_, typed, fault) => {
  expect(() => heldTyped(typed)).toThrow(fault);
});

test('as what it is held against records is a sentence', () => {
  const said = { who: 'Rosa', when: since, said: 'that was our scanner' };
  expect(heldAs({ ...said, about: { address, from: since }, holds: { identity } })).toBe(
    `Each record with address ${address}, from ${since} has identity ${identity}.`,
  );
  expect(heldAs({ ...said, about: { identity }, holds: 'never' })).toBe(
    `There is no record with identity ${identity}.`,
  );
  expect(heldAs(said)).toContain('no record can be held against it');
});
