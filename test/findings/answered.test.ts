/** What a finding of each type comes to: levers, or runs of the playbooks that have them for what it names. */
import { describe, expect, test } from 'vitest';
import type { Playbook } from '../../lib/asl/notation.ts';
import { guardDutyTypes, retiredGuardDutyTypes } from '../../lib/domain/finding/guardduty-types.ts';
import { playbooksFor } from '../../lib/routing/check.ts';
import { fallback } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';

const levers = ({ preservation, asks }: Playbook): string[] =>
  [...preservation, ...asks.flatMap(({ acts }) => acts)]
    .filter(({ kind }) => kind === 'lever' || kind === 'eradication')
    .map(({ name }) => name);

/** Steps that start, in the same incident, the run of whoever acted or of what an attack sequence names. */
const starts = ({ preservation, asks }: Playbook): string[] =>
  [...preservation, ...asks.flatMap(({ picking }) => picking ?? [])]
    .filter(({ name }) => name.startsWith('respond-for-'))
    .map(({ name }) => name);

test('the types are those that GuardDuty documents, and those it has given up', () => {
  expect(guardDutyTypes).toHaveLength(229);
  expect(retiredGuardDutyTypes.length).toBeGreaterThan(10);
});

describe.each([...guardDutyTypes, ...retiredGuardDutyTypes])('%s', (type) => {
  test.each(playbooksFor(playbooks, type))('is answered by %s, which has levers, or starts who has', (name) => {
    expect(name).not.toBe(fallback);
    const found = playbooks.filter((one) => one.name === name);
    expect(found.flatMap((one) => [...levers(one), ...starts(one)])).not.toEqual([]);
  });
});

test('a playbook that hands over says what people do by hand, in sentences', () => {
  const orders = playbooks.flatMap(({ asks }) => asks.filter(({ kind }) => kind === 'hand over'));
  expect(orders.length).toBeGreaterThan(0);
  for (const { name, byHand } of orders) expect(byHand.join(' ').split(' ').length, name).toBeGreaterThan(8);
});
