import { expect, test } from 'vitest';
import { runName } from './run-name.ts';

const finding = { key: 'guardduty:f1', arn: '', account: '111122223333' };

test('one event starts one run a finding, and one more where it is redriven', () => {
  const name = runName({ id: 'e' }, finding);
  expect(name).toMatch(/^desk-[0-9a-f]{32}$/);
  expect(runName({ id: 'e' }, { ...finding })).toBe(name);
  const others = [
    runName({ id: 'e2' }, finding),
    runName({ id: 'e', redriven: 'd' }, finding),
    // A person may pick findings of several accounts at once.
    runName({ id: 'e' }, { ...finding, account: '444455556666' }),
    runName({ id: 'e' }, { ...finding, key: 'guardduty:f2' }),
  ];
  expect(new Set([name, ...others]).size).toBe(5);
});
