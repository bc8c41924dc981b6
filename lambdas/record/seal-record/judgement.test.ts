import { describe, expect, it } from 'vitest';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import { alarmsIn, judged, unseen } from './judgement.ts';

const record: CustodyRecord = {
  id: 'ev-3-1',
  entry: 3,
  previous: '0'.repeat(64),
  run: 'r',
  kind: 'user-data',
  uri: 's3://vault/user-data.txt',
  sha256: 'ab',
  version: 'v1',
  lockedUntil: '2027-03-06T10:00:00.123Z',
  transfers: [],
  verifications: [],
};
const seen = { sha256: 'ab', version: 'v1', lockedUntil: '2027-03-06T10:00:00.000Z' };

describe('what lies in the vault', () => {
  it.each([
    ['the same', seen, 'as recorded', undefined],
    ['locked for longer', { ...seen, lockedUntil: '2028-01-01T00:00:00.000Z' }, 'as recorded', undefined],
    ['other bytes', { ...seen, sha256: 'cd' }, 'changed', 'its SHA-256 is cd'],
    ['not locked', { ...seen, lockedUntil: null }, 'changed', 'it is no longer locked'],
    [
      'locked for a day less',
      { ...seen, lockedUntil: '2027-03-05T10:00:00.000Z' },
      'changed',
      'its lock ends at 2027-03-05T10:00:00.000Z',
    ],
    ['nothing', 'gone', 'missing', undefined],
  ] as const)('%s', (_, there, found, because) => {
    const verification = judged(record, there);
    expect(verification).toMatchObject({ id: 'ev-3-1', found, version: 'v1' });
    expect(verification.because).toBe(because);
  });

  it('tells the version of what was on its way when it was recorded', () => {
    expect(judged({ ...record, version: null }, { ...seen, version: 'v9' })).toMatchObject({ version: 'v9' });
  });
});

it('tells people of what no longer matches its recorded hash, and of nothing else', () => {
  const looked = [
    judged(record, seen),
    unseen({ ...record, id: 'ev-4-1' }, null),
    judged({ ...record, id: 'ev-5-1', uri: 's3://vault/gone.txt' }, 'gone'),
    unseen({ ...record, id: 'ev-6-1' }, 'AccessDenied: no'),
    judged(record, { ...seen, sha256: 'cd' }),
  ];
  expect(alarmsIn([record, { ...record, id: 'ev-5-1', uri: 's3://vault/gone.txt' }], looked)).toEqual([
    'ev-5-1 is missing in the vault: s3://vault/gone.txt',
    'ev-6-1 is unreadable in the vault (AccessDenied: no): ',
    'ev-3-1 is changed in the vault (its SHA-256 is cd): s3://vault/user-data.txt',
  ]);
});
