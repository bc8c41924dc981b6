import { expect, test } from 'vitest';
import { isShown, removalFrom } from './plan.ts';

const at = '2026-11-29T10:00:00.000Z';
const task = { id: '0123456789abcdef0123456789abcdef', cluster: 'shop' };

test('only a task that people were shown as running is stopped', () => {
  expect(isShown({ createdAt: at }, { createdAt: at })).toBe(true);
  for (const [seen, shown] of [
    [null, at],
    [at, null],
    [null, null],
  ] as const)
    expect(isShown({ createdAt: seen }, { createdAt: shown })).toBe(false);
});

test('what is stopped is said, and what had ended by itself', () => {
  expect(removalFrom(task, { createdAt: at }, { createdAt: at })).toMatchObject({
    outcome: 'removed',
    removed: [`task ${task.id} in shop`],
  });
  expect(removalFrom(task, { createdAt: null }, { createdAt: at })).toMatchObject({
    outcome: 'nothing-left',
    left: [`task ${task.id} in shop: stopped already`],
  });
});
