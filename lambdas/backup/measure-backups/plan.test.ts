import { describe, expect, it, test } from 'vitest';
import { backupSentences, vaultsOf } from '../points.ts';
import { calledSentences, deletedSentences, lockSentence, pointSentences } from './plan.ts';

const now = '2026-11-30T10:00:00.000Z';
const day = 86_400_000;
const inDays = (days: number): Date => new Date(Date.parse(now) + days * day);
const point = (name: string, more: object = {}) => ({
  RecoveryPointArn: name,
  BackupVaultName: 'daily',
  ResourceArn: 'volume',
  CreationDate: inDays(-2),
  Status: 'COMPLETED',
  ...more,
});

describe('a lock', () => {
  it.each([
    ['none', {}, /not locked: anyone who has the right deletes/],
    ['governance mode', { Locked: true }, /governance mode: anyone who may remove the lock/],
    [
      'compliance mode, not yet',
      { Locked: true, LockDate: inDays(3) },
      /compliance mode from 2026-12-03T10:00:00.000Z/,
    ],
    ['compliance mode', { Locked: true, LockDate: inDays(-3) }, /since 2026-11-27T10:00:00.000Z: nobody deletes/],
  ])('that is %s is said so', (_, lock, words) => {
    expect(lockSentence('daily', lock, now)).toMatch(words);
  });
});

describe('recovery points', () => {
  it('are counted, and those that go soon named', () => {
    const points = [
      point('one', { CreationDate: inDays(-1) }),
      point('two', { CalculatedLifecycle: { DeleteAt: inDays(6) } }),
      point('three', { CalculatedLifecycle: { DeleteAt: inDays(8) }, ResourceArn: 'table' }),
      point('four', { Status: 'DELETING' }),
    ];
    expect(pointSentences(points, now, 'all')).toEqual([
      '4 recovery points of 2 resources lie in it, the newest of 2026-11-29T10:00:00.000Z',
      'EXPIRE within 7 days by their lifecycle: two',
      'About to be deleted, or expired: four',
    ]);
    expect(pointSentences([], now, 'all')).toEqual(['No recovery point lies in it']);
    expect(pointSentences([point('one')], now, 'more')[0]).toMatch(/^More than 1 recovery points/);
  });

  it('that go soon are counted where there are many', () => {
    const DeleteAt = inDays(1);
    const many = Array.from({ length: 7 }, (_, n) => point(`p${n}`, { CalculatedLifecycle: { DeleteAt } }));
    expect(pointSentences(many, now, 'all')[1]).toMatch(/: p0, p1, p2, p3, p4 and 2 more$/);
  });

  it('of one resource are told by their vaults', () => {
    const points = [point('one'), point('two', { BackupVaultName: 'weekly' }), point('three')];
    expect(vaultsOf(points)).toEqual(['daily', 'weekly']);
    expect(backupSentences(points)).toEqual([
      expect.stringMatching(/^AWS Backup has 2 recovery points of it in the vault daily, the newest of/),
      expect.stringMatching(/^AWS Backup has 1 recovery points of it in the vault weekly/),
    ]);
    expect(backupSentences([])).toEqual([expect.stringMatching(/no recovery point of it/)]);
  });
});

it('what was done to the vault is told, with who did it, and what was only tried', () => {
  const call = (requestParameters: object, more: object = {}) => ({
    name: 'DeleteRecoveryPoint' as const,
    at: now,
    by: 'mallory',
    record: JSON.stringify({ requestParameters, ...more }),
  });
  const calls = [
    call({ backupVaultName: 'daily', recoveryPointArn: 'one' }),
    call({ backupVaultName: 'other', recoveryPointArn: 'two' }),
    call({ backupVaultName: 'daily', recoveryPointArn: 'three' }, { errorCode: 'AccessDenied' }),
    { ...call({}), record: '' },
    { ...call({ backupVaultName: 'daily' }), name: 'DeleteBackupVaultLockConfiguration' as const },
  ];
  expect(calledSentences('daily', calls)).toEqual([
    `Deleted: one by mallory at ${now}`,
    `Deleted (refused): three by mallory at ${now}`,
    `Lock removed: daily by mallory at ${now}`,
  ]);
  const [first] = calls;
  const many = first ? Array.from({ length: 8 }, () => first) : [];
  expect(calledSentences('daily', many).at(-1)).toBe('… and 3 such calls more');
});

test('who else deletes is named, since that stops too; where nobody does, that is said', () => {
  const calls = [
    { at: '2026-11-30T03:00:00Z', by: 'rotation' },
    { at: '2026-11-29T03:00:00Z', by: 'rotation' },
  ];
  const [who, objects] = deletedSentences([
    { name: 'DeleteSnapshot', calls, more: 'more' },
    { name: 'DeleteVolume', calls: [], more: 'all' },
  ]);
  expect(who).toMatch(/: DeleteSnapshot more than 2 times since 2026-11-29T03:00:00Z, by rotation$/);
  expect(objects).toContain('objects');
  expect(deletedSentences([{ name: 'DeleteVolume', calls: [], more: 'all' }])[0]).toMatch(/^Nobody .* in 90 days$/);
});
