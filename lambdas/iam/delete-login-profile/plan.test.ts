import { expect, test } from 'vitest';
import { isShown, removalFrom } from './plan.ts';

const [at, later] = ['2026-06-01T11:00:00.000Z', '2026-06-01T15:00:00.000Z'];

test('only the very password that was shown goes', () => {
  expect(isShown({ createdAt: at }, { createdAt: at })).toBe(true);
  for (const [seen, shown] of [
    [later, at],
    [null, at],
    [at, null],
    [null, null],
  ] as const)
    expect(isShown({ createdAt: seen }, { createdAt: shown })).toBe(false);
});

test('what stays is said, with the reason', () => {
  expect(removalFrom('bob', { createdAt: at }, { createdAt: at })).toMatchObject({
    outcome: 'removed',
    removed: ['console password of user bob'],
    left: [],
  });
  expect(removalFrom('bob', { createdAt: null }, { createdAt: at })).toMatchObject({
    outcome: 'nothing-left',
    left: ['console password of user bob: already gone'],
  });
  expect(removalFrom('bob', { createdAt: later }, { createdAt: at }).left).toEqual([
    `console password of user bob: created again at ${later}, after the question`,
  ]);
});
