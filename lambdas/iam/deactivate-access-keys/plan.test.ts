import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../../lib/domain/before-state.ts';
import type { KeyStatus, User } from '../user/target.ts';
import { beforeStateFrom, planDeactivation, statusesOf, stillActive, toGiveBack, verdictOf } from './plan.ts';
import type { KeyStatuses } from './step.ts';

const seenAt = '2026-11-03T10:00:00.000Z';
const since = '2026-11-03T09:00:00.000Z';
const leaked = { id: 'AKIALEAKED', status: 'Active', createdAt: '2025-01-01T00:00:00.000Z' } as const;
const older = { id: 'AKIAOLDER', status: 'Active', createdAt: '2024-01-01T00:00:00.000Z' } as const;
const younger = { id: 'AKIAYOUNGER', status: 'Active', createdAt: '2026-11-03T09:30:00.000Z' } as const;
const target: User = {
  kind: 'user',
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  id: 'alice',
  arn: 'arn:aws:iam::444455556666:user/shop/alice',
  principal: null,
  seenAt,
  tags: {},
  since,
  key: leaked.id,
  keys: [leaked, older],
  attached: [],
  boundary: null,
};
const holding = (keys: User['keys'], key: string | null = leaked.id): User => ({ ...target, keys, key });
const meant = (user: User, before = statusesOf(user.keys)): KeyStatuses => {
  const plan = planDeactivation(user, before);
  return 'ours' in plan ? plan.ours : before;
};

describe('pictureFrom', () => {
  const at = (ms: number): string => new Date(Date.parse(seenAt) + ms).toISOString();

  it('takes young facts for the present, and no others', () => {
    expect(beforeStateFrom(target, at(60_000))).toEqual({ keys: { [leaked.id]: 'Active', [older.id]: 'Active' } });
    expect(beforeStateFrom(target, at(60_001))).toBeNull();
  });

  it('does not take facts that were never read for a user without keys', () => {
    expect(beforeStateFrom(holding([]), at(0))).toBeNull();
  });
});

describe('planDeactivation', () => {
  it('means the key of the finding and leaves the one that was there before', () => {
    expect(meant(target)).toEqual({ keys: { [leaked.id]: 'Inactive', [older.id]: 'Active' } });
  });

  it('means a key made since it began', () => {
    expect(meant(holding([leaked, younger]))).toEqual({ keys: { [leaked.id]: 'Inactive', [younger.id]: 'Inactive' } });
  });

  it.each([null, 'AKIADELETED'])('means all of them where the finding names none that is there: %s', (key) => {
    expect(meant(holding([older, younger], key))).toEqual({
      keys: { [older.id]: 'Inactive', [younger.id]: 'Inactive' },
    });
  });

  it('means a key that was made while people were deciding', () => {
    const now = statusesOf([leaked, younger]);
    expect(meant(holding([leaked]), now)).toEqual({ keys: { [leaked.id]: 'Inactive', [younger.id]: 'Inactive' } });
  });

  it('has nothing to do without a key, and where they are inactive already', () => {
    expect(planDeactivation(target, { keys: {} })).toEqual({ nothing: 'alice has no access key' });
    const off = holding([{ ...leaked, status: 'Inactive' }, older]);
    expect(planDeactivation(off, statusesOf(off.keys))).toEqual({ nothing: `alice: already inactive: ${leaked.id}` });
    const gone = { keys: { [older.id]: 'Active' as const } };
    expect(planDeactivation(target, gone)).toEqual({ nothing: 'alice: none of its keys is suspect' });
  });

  it('keeps an inactive key inactive when letting go', () => {
    const user = holding([leaked, { ...older, status: 'Inactive' }], null);
    const before = statusesOf(user.keys);
    expect(toGiveBack(meant(user), before)).toEqual([{ id: leaked.id, status: 'Active' }]);
  });
});

describe('a second key, made by the thief meanwhile', () => {
  const ours = meant(target);
  const now = { keys: { ...ours.keys, [younger.id]: 'Active' as const } };

  it('is a difference, so that confirming goes to work', () => {
    expect(differences(ours, now)).toHaveLength(1);
  });

  it('is switched off, and named until it is', () => {
    expect(stillActive(now, ours)).toEqual([younger.id]);
    expect(verdictOf(ours, now)).toEqual({
      outcome: 'not-verified',
      because: `still active: ${younger.id} (created since)`,
    });
    const off = { keys: { ...now.keys, [younger.id]: 'Inactive' as const } };
    expect(verdictOf(ours, off)).toEqual({
      outcome: 'verified',
      seen: [`${leaked.id}: Inactive`, `${younger.id}: Inactive`],
    });
  });

  it('is left as it is when letting go', () => {
    expect(toGiveBack(now, statusesOf(target.keys))).toEqual([{ id: leaked.id, status: 'Active' }]);
  });
});

describe('a key deleted since', () => {
  const ours = meant(target);

  it('is no error: it can do no harm, and cannot be given back', () => {
    const now = { keys: { [older.id]: 'Active' as const } };
    expect(verdictOf(ours, now)).toEqual({ outcome: 'verified', seen: [`${leaked.id}: deleted`] });
    expect(toGiveBack(now, statusesOf(target.keys))).toEqual([]);
  });
});

it('the key of the finding goes first', () => {
  const ours = { keys: {} };
  const now = statusesOf([older, younger, leaked]);
  expect(stillActive(now, ours, leaked.id)[0]).toBe(leaked.id);
});

it('from any statuses, what is done and undone is as before', () => {
  const status = fc.constantFrom<KeyStatus>('Active', 'Inactive');
  const made = fc.constantFrom(older.createdAt, younger.createdAt);
  const keys = fc.uniqueArray(fc.record({ id: fc.constantFrom('AKIA1', 'AKIA2', 'AKIA3'), status, createdAt: made }), {
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(keys, fc.constantFrom(null, 'AKIA1', 'AKIA2'), (held, key) => {
      const before = statusesOf(held);
      const ours = meant(holding(held, key), before);
      const set = Object.fromEntries(stillActive(before, ours, key).map((id) => [id, 'Inactive' as const]));
      expect({ keys: { ...before.keys, ...set } }).toEqual(ours);
      expect(verdictOf(ours, ours)).toHaveProperty('outcome', 'verified');
      const back = Object.fromEntries(toGiveBack(ours, before).map(({ id, status: was }) => [id, was]));
      expect({ keys: { ...ours.keys, ...back } }).toEqual(before);
    }),
  );
});
