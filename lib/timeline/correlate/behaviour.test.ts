import { expect, test } from 'vitest';
import { call, own, session } from '../../../test/timeline/a-record.ts';
import type { PrintedEvent } from '../event.ts';
import { behaviourOf, firstSeen } from './behaviour.ts';

const mallory = `arn:aws:iam::${own}:user/mallory`;
const window = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };

interface Done {
  readonly time: string;
  readonly action?: string;
  readonly address?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

function done({ time, action = 's3:ListBuckets', address = '203.0.113.77', more = {} }: Done): PrintedEvent {
  const record = call(action, null, { sourceIPAddress: address, ...more });
  const { arn } = record.userIdentity as { readonly arn: string };
  const outcome = 'success' as const;
  const actor = { kind: 'IAMUser', id: arn, account: own };
  const rest = { kind: 'audit' as const, source: { file: 'a', line: 1 }, resources: [], labels: [], normal: null };
  return { ...rest, time, actor, action, address, outcome, raw: JSON.stringify(record) };
}

test('says what was done for the first time, with counts from before', () => {
  const found = behaviourOf(
    [
      done({ time: '2026-07-01T09:00:00Z', action: 'iam:CreateUser' }),
      done({ time: '2026-10-01T09:00:00Z' }),
      done({ time: '2026-11-01T09:30:00Z' }),
      done({
        time: '2026-11-20T03:10:00Z',
        action: 'iam:CreateUser',
        address: '198.51.100.9',
        more: { awsRegion: 'af-south-1' },
      }),
      done({ time: '2026-11-20T09:10:00Z' }),
      done({ time: '2026-11-21T00:00:00Z', action: 'iam:DeleteUser' }),
      done({ time: '2026-11-20T10:00:00Z', more: { userIdentity: session('deploy', 'ci') } }),
    ],
    mallory,
    window,
  );
  expect(found).toMatchObject({
    within: 2,
    before: 2,
    logsSince: '2026-07-01T09:00:00Z',
    knownSince: '2026-10-01T09:00:00Z',
    uncounted: 0,
  });
  // Older than 90 days: it does not count as known.
  expect(firstSeen(found).map(({ aspect, value, within }) => [aspect, value, within])).toEqual([
    ['call', 'iam:CreateUser', 1],
    ['region', 'af-south-1', 1],
    ['address', '198.51.100.9', 1],
    ['hour', '03:00 UTC', 1],
  ]);
  expect(found.facts.find(({ value }) => value === 's3:ListBuckets')).toEqual({
    aspect: 'call',
    value: 's3:ListBuckets',
    first: '2026-11-20T09:10:00Z',
    within: 1,
    before: 2,
  });
});

test('says that nothing was known where the logs do not reach back', () => {
  const found = behaviourOf([done({ time: '2026-11-20T03:10:00Z' })], mallory, window);
  expect(found).toMatchObject({ within: 1, before: 0, logsSince: '2026-11-20T03:10:00Z', knownSince: null });
  expect(behaviourOf([], mallory, window)).toMatchObject({ within: 0, logsSince: null, facts: [] });
});

test('goes on with the sessions that the identity made, before the window too', () => {
  const responseElements = { credentials: { accessKeyId: 'ASIAMADE' } };
  const later = { userIdentity: { ...session('deploy', 'x'), accessKeyId: 'ASIAMADE' } };
  const found = behaviourOf(
    [
      done({ time: '2026-11-19T23:59:00Z', action: 'sts:AssumeRole', more: { responseElements } }),
      done({ time: '2026-11-20T00:30:00Z', more: later }),
    ],
    mallory,
    window,
  );
  expect(found).toMatchObject({ within: 1, before: 1 });
});
