import { expect, it } from 'vitest';
import { Throttled } from '../../lib/domain/errors.ts';
import { busy } from './busy.ts';

const named = (name: string): Error => Object.assign(new Error('not now'), { name });

it.each([
  'InvalidDBInstanceState',
  'InvalidDBInstanceStateFault',
  'InvalidDBClusterStateFault',
  'InvalidDBSnapshotState',
])('%s is tried again for minutes', (name) => {
  expect(() => busy(named(name))).toThrow(Throttled);
});

it('anything else is what it is', () => {
  const error = named('InvalidParameterValue');
  expect(() => busy(error)).toThrow(error);
  expect(() => busy(error)).not.toThrow(Throttled);
});
