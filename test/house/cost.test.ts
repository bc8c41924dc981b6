import { describe, expect, test } from 'vitest';
import type { Playbook } from '../../lib/asl/notation.ts';
import { calledBy, contractsOf } from '../../lib/infra/registry.ts';
import { costOf, runCost } from '../../lib/infra/run-cost.ts';
import { playbooks } from '../../playbooks/index.ts';
import { plain } from './configurations.ts';

/** Dollars that the compute of one incident may cost. */
const most = 0.01;

test('compute is transitions, invocations, and gigabytes of memory for so many seconds', () => {
  expect(runCost({ transitions: 1000, functions: {} }).dollars).toBeCloseTo(0.025);
  const used = { invocations: 0, calls: 0, seconds: 1_000_000 };
  expect(runCost({ transitions: 0, functions: { 'open-incident': used } }).dollars).toBeCloseTo(13.3334);
  expect(runCost({ transitions: 0, functions: { 'close-out': used } }).dollars).toBeCloseTo(13.3334 / 2);
});

const measured = playbooks.flatMap((book) => {
  const cost = costOf(book);
  return cost ? [{ book, cost, name: book.name }] : [];
});

test('what has been measured is more than nothing', () => {
  expect(measured.map(({ name }) => name)).toContain('ec2-instance-compromise');
});

/** A step may begin runs of other playbooks in the same incident: what they call is part of what it costs. */
const begunBy = (book: Playbook): readonly Playbook[] =>
  book.preservation.some(({ hub }) => hub.some((right) => right.startsWith('start-'))) ? playbooks : [book];

describe.each(measured)('the run of $name', ({ book, cost }) => {
  test(`costs no more than ${most} dollars of compute`, () => {
    expect(runCost(cost).dollars).toBeLessThanOrEqual(most);
  });

  test('was measured of what the playbook is today: if not, npm run measure', () => {
    const ways = [
      'route-finding',
      'decide-approval',
      ...begunBy(book).flatMap((one) => calledBy(one, contractsOf(plain))),
    ];
    expect(Object.keys(cost.functions).filter((name) => !ways.includes(name))).toEqual([]);
    const always = [...book.preservation, ...book.volatile, ...book.information, ...book.last].map(({ name }) => name);
    expect(always.filter((name) => !cost.functions[name])).toEqual([]);
  });
});
