import { beforeEach, describe, expect, it, test, vi } from 'vitest';
import { allow } from '../../lib/domain/permission.ts';
import type { CustodyRecord, Verification } from '../../lib/record/custody.ts';
import type { Connects } from '../runtime/clients.ts';

interface Kept {
  readonly State: string;
  readonly StateMessage?: string;
  readonly lock?: { readonly LockState: string; readonly LockExpiresOn?: Date };
}
let kept: Record<string, Kept> = {};
let denied = false;
const asked: [string, object][] = [];
const send = async (command: { constructor: { name: string }; input: object }) => {
  asked.push([command.constructor.name, command.input]);
  if (denied) throw Object.assign(new Error('no'), { name: 'UnauthorizedOperation' });
  if (command.constructor.name === 'DescribeSnapshotsCommand')
    return { Snapshots: Object.entries(kept).map(([SnapshotId, { lock: _, ...one }]) => ({ SnapshotId, ...one })) };
  return {
    Snapshots: Object.entries(kept).flatMap(([SnapshotId, { lock }]) => (lock ? [{ SnapshotId, ...lock }] : [])),
  };
};
vi.mock('../runtime/session.ts', () => ({ assume: async () => ({ client: () => ({ send }) }) }));
const { lookAtSnapshots, newsOf } = await import('./snapshots.ts');

const until = '2027-03-06T10:00:00.000Z';
const snapshot = (id: string, more: Partial<CustodyRecord> = {}): CustodyRecord => ({
  id,
  entry: 3,
  previous: '0'.repeat(64),
  run: 'r',
  kind: 'volume-snapshot',
  source: 'arn:aws:ec2:eu-central-1:444455556666:volume/vol-1',
  account: '444455556666',
  region: 'eu-central-1',
  uri: `arn:aws:ec2:eu-central-1::snapshot/snap-${id}`,
  sha256: null,
  version: null,
  size: null,
  lockedUntil: until,
  transfers: [],
  verifications: [],
  ...more,
});
const operation = { permissions: [allow('ec2:DescribeSnapshots')], as: 'read-evidence', within: 30 } as const;
const look = (...records: CustodyRecord[]) => lookAtSnapshots({} as Connects, operation, records, 'inc-1');
const governance = (LockExpiresOn?: string) => ({
  LockState: 'governance',
  ...(LockExpiresOn && { LockExpiresOn: new Date(LockExpiresOn) }),
});
const lock = governance(until);
const short = '2027-01-01T00:00:00.000Z';

beforeEach(() => {
  asked.length = 0;
  denied = false;
});

test.each<[string, Kept | null, object]>([
  ['as it was taken', { State: 'completed', lock }, { found: 'as recorded', lockedUntil: until }],
  ['pending, with a lock that names no end', { State: 'pending', lock: governance() }, { found: 'as recorded' }],
  [
    'that EC2 could not make after all',
    { State: 'error', StateMessage: 'key disabled', lock },
    {
      found: 'changed',
      because:
        'EC2 could not make the copy: key disabled; another copy, once its key can be used: aws ec2 create-snapshot --region eu-central-1 --volume-id vol-1',
    },
  ],
  ['unlocked', { State: 'completed' }, { found: 'changed', because: 'it is no longer locked' }],
  [
    'locked for less',
    { State: 'completed', lock: governance(short) },
    { found: 'changed', because: `its lock ends at ${short}` },
  ],
  ['gone', null, { found: 'missing' }],
])('a snapshot %s', async (_, one, expected) => {
  kept = one ? { 'snap-0a': one } : {};
  expect(await look(snapshot('0a'))).toEqual([expect.objectContaining({ id: '0a', ...expected })]);
});

test('what may not be looked at says so, and what lies in the vault is not asked about', async () => {
  denied = true;
  const unreadable = { found: 'unreadable', because: 'UnauthorizedOperation: no' };
  expect(await look(snapshot('0a'))).toEqual([expect.objectContaining(unreadable)]);
  asked.length = 0;
  expect(await look(snapshot('b', { uri: 's3://vault/incidents/inc-1/b' }))).toEqual([]);
  expect(asked).toEqual([]);
});

test('only our own are asked about, and no lock where none is there: EC2 would list all', async () => {
  kept = {};
  await look(snapshot('0a'));
  const Filters = [{ Name: 'snapshot-id', Values: ['snap-0a'] }];
  expect(asked).toEqual([['DescribeSnapshotsCommand', { OwnerIds: ['self'], Filters }]]);
});

describe('newsOf', () => {
  const seen = (found: Verification['found'], because?: string): Verification => ({
    id: 'ev-3-1',
    found,
    version: null,
    lockedUntil: null,
    ...(because && { because }),
  });
  const known = (...verifications: object[]) => [{ id: 'ev-3-1', verifications }] as unknown as CustodyRecord[];

  it('tells once of what is wrong, and again when it is wrong in another way', () => {
    expect(newsOf(known(), [seen('missing')])).toHaveLength(1);
    expect(newsOf(known(seen('missing')), [seen('missing')])).toEqual([]);
    expect(newsOf(known(seen('changed', 'unlocked')), [seen('missing')])).toHaveLength(1);
    expect(newsOf(known(), [seen('as recorded'), seen('unreadable', 'denied')])).toEqual([]);
  });
});
