import { expect, test } from 'vitest';
import { linesOf, present, removalFrom } from './plan.ts';

const at = '2026-06-01T11:00:00.000Z';
const shown = { keys: ['AKIAONE', 'AKIATWO'], certificates: ['CERT'], password: at };
const seen = { ...shown, lastUsed: { AKIAONE: 'never, according to IAM' } };

test('what was shown and is there goes', () => {
  expect(present(shown, seen)).toEqual(shown);
  expect(removalFrom(shown, seen, [])).toMatchObject({
    outcome: 'removed',
    left: [],
    lastUsed: [{ key: 'AKIAONE', used: 'never, according to IAM' }],
    removed: [
      'access key AKIAONE of the root user',
      'access key AKIATWO of the root user',
      'signing certificate CERT of the root user',
      `console password of the root user, created at ${at}`,
    ],
  });
});

test('what is gone, or came since, is said and stays', () => {
  const later = '2026-06-01T15:00:00.000Z';
  const now = { keys: ['AKIATWO', 'AKIANEW'], certificates: [], password: later, lastUsed: {} };
  expect(present(shown, now)).toEqual({ keys: ['AKIATWO'], certificates: [], password: null });
  expect(removalFrom(shown, now, [])).toMatchObject({
    removed: ['access key AKIATWO of the root user'],
    left: [
      'access key AKIAONE of the root user: already gone',
      'signing certificate CERT of the root user: already gone',
      `console password of the root user, created at ${at}: already gone`,
      'access key AKIANEW of the root user: not in the approved list',
      `console password of the root user, created at ${later}: not in the approved list`,
    ],
  });
});

test('what failed is not called removed', () => {
  const what = linesOf({ keys: ['AKIAONE'], certificates: [], password: null })[0] ?? '';
  const { outcome, removed } = removalFrom(shown, seen, [{ what, error: 'AccessDenied: no' }]);
  expect([outcome, removed.length]).toEqual(['partly-removed', 3]);
});
