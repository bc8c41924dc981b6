/** What of an incident may go, and what keeps it. */
import { describe, expect, test } from 'vitest';
import { coverItem } from '../../lib/items/checkpoint.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { entryItem, headItem } from '../../lib/items/ledger.ts';
import { keptInVault, keptOf } from '../../lib/record/retention.ts';
import { commandsFor } from './retention.ts';

const incident = 'inc-1';
const [now, past, future] = ['2027-06-01T00:00:00.000Z', '2027-03-13T00:00:00.000Z', '2027-09-01T00:00:00.000Z'];
const snapshot = {
  kind: 'volume-snapshot',
  uri: 'arn:aws:ec2:eu-central-1::snapshot/snap-1',
  account: '444455556666',
  sha256: null,
};

const meta = (state: 'closed' | 'contained', entries = 1): Item => {
  const sealed = { at: past, uri: 's3://v/k', version: '1', entries, head: 'h', sha256: 'h', manifest: 'h' };
  const about = {
    severity: 'high' as const,
    type: 'T',
    resource: 'r',
    playbook: 'p',
    run: 'r',
    claims: [],
    ends: {},
    threats: {},
  };
  return incidentItem.item({ incident, openedAt: past, state, ...about, entity: {}, sealed }, incident);
};
const entry = (lockedUntil: string): Item =>
  entryItem.item(
    {
      sequence: 1,
      previous: '0'.repeat(64),
      at: past,
      kind: 'step',
      actor: 'step snapshot-volumes',
      what: 'x',
      detail: { run: 'r', result: { outcome: 'taken', evidence: [{ ...snapshot, lockedUntil }] } },
      hash: 'h',
    },
    incident,
    1,
  );
const head: Item = headItem.item({ sequence: 1, hash: 'h' }, incident);
const cover: Item = coverItem.item({ checkpoint: 3, at: past, entries: 1, hash: 'h', opened: past }, incident, 3);
const object = (lockedUntil: string | null) => ({ key: `incidents/${incident}/x`, bytes: 5, lockedUntil });
const owing = (state: 'running' | 'sent', means: 'report' | 'keep until', dueAt: string): Item => ({
  pk: `INC#${incident}`,
  sk: 'OBLIGATION#dfars#x',
  v: 1,
  regime: 'dfars',
  report: 'x',
  state,
  startedAt: past,
  dueAt,
  because: 'b',
  means,
});

const of = (items: readonly Item[], more: { covers?: Item[]; lock?: string | null } = {}) =>
  keptOf({ incident, items, covers: more.covers ?? [cover], objects: [object(more.lock ?? past), object(null)], now });

describe('what is kept of an incident', () => {
  test('may go since its last lock ended, once it is over, sealed and in a checkpoint', () => {
    expect(of([meta('closed'), entry(past), head])).toEqual({
      incident,
      table: 'in the table',
      objects: 2,
      bytes: 10,
      snapshots: [{ id: 'snap-1', account: '444455556666', region: 'eu-central-1', lockedUntil: past }],
      lockedUntil: past,
      because: [],
    });
  });

  test.each<[string, ReturnType<typeof of>]>([
    [`it is locked until ${future}`, of([meta('closed'), entry(past), head], { lock: future })],
    [`it is locked until ${future}`, of([meta('closed'), entry(future), head])],
    ['it is contained', of([meta('contained'), entry(past), head])],
    ['the report dfars/x is owed', of([meta('closed'), entry(past), head, owing('running', 'report', past)])],
    [
      `dfars/x keeps it until ${future}`,
      of([meta('closed'), entry(past), head, owing('running', 'keep until', future)]),
    ],
    ['1 of 1 ledger entries are not sealed', of([meta('closed', 0), entry(past), head])],
    ['1 of 1 ledger entries are in no checkpoint', of([meta('closed'), entry(past), head], { covers: [] })],
    ['its record cannot be read', of([entry(past), head])],
  ])('stays: %s', (because, kept) => {
    expect(kept.because).toContain(because);
  });

  test('may go when what it had to be kept for is over', () => {
    expect(of([meta('closed'), entry(past), head, owing('running', 'keep until', past)]).because).toEqual([]);
    expect(of([meta('closed'), entry(past), head, owing('sent', 'report', past)]).because).toEqual([]);
  });
});

test('the commands name the vault, both of its folders, and each snapshot in its account and Region', () => {
  const commands = commandsFor(of([meta('closed'), entry(past), head]), 'vault', 'eu-west-1');
  expect(commands).toEqual([
    '# again until nothing is left',
    expect.stringMatching(/^aws --region eu-west-1 s3api delete-objects --bucket vault .*--prefix incidents\/inc-1\/ /),
    '# again until nothing is left',
    expect.stringMatching(/--prefix copies\/inc-1\/ /),
    '# with credentials of 444455556666',
    'aws --region eu-central-1 ec2 delete-snapshot --snapshot-id snap-1',
  ]);
});

test('what left the table may go from the vault once its locks have ended', () => {
  const of = (...ends: (string | null)[]) => keptInVault({ incident, objects: ends.map(object), now });
  expect(of(past, null)).toMatchObject({ table: 'left', objects: 2, bytes: 10, lockedUntil: past, because: [] });
  expect(of(past, future).because).toEqual([`it is locked until ${future}`]);
  expect(of(null)).toMatchObject({ lockedUntil: null, because: [] });
});
