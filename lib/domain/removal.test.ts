import { expect, test } from 'vitest';
import { Removal, removalOf } from './removal.ts';

const nothing = { removed: [], left: [], failed: [], lastUsed: [] };

test('the outcome follows from what was removed, and one failure counts more', () => {
  expect(removalOf(nothing)).toMatchObject({ outcome: 'nothing-left', because: 'there was nothing to delete' });
  expect(removalOf({ ...nothing, left: ['b: already gone'] })).toMatchObject({
    outcome: 'nothing-left',
    because: 'left: b: already gone',
  });
  expect(removalOf({ ...nothing, removed: ['a'], left: ['b'] })).toMatchObject({
    outcome: 'removed',
    because: 'deleted: a; left: b',
  });
  const failed = [{ what: 'c', error: 'no' }];
  expect(removalOf({ ...nothing, removed: ['a'], failed }).outcome).toBe('partly-removed');
});

test('its words fit into a message, however much was removed', () => {
  const removal = removalOf({ ...nothing, removed: Array.from({ length: 200 }, (_, at) => `access key AKIA${at}`) });
  expect(removal.because).toHaveLength(2000);
  expect(Removal.parse(removal).removed).toHaveLength(200);
});
