import { expect, test } from 'vitest';
import type { Answered } from '../responses.ts';
import { candidatesAmong, resultOf } from './plan.ts';

const account = '444455556666';
const started = ['us-east-1', 'eu-central-1'].map((region, at) => ({
  id: `i-0123456789abcde${at}0`,
  type: 'g5.xlarge',
  region,
  at: '2026-06-01T10:00:00Z',
}));
const whole = { started, notebooks: [{ id: 'miner', region: 'us-west-2' }], unknown: [] };
const answered = (n: number, more: Partial<Answered> = {}): Answered[] =>
  Array.from({ length: n }, (_, at) => ({
    name: `instance i-${at}`,
    playbook: 'rogue-instance',
    outcome: 'started',
    because: 'by rogue-instance',
    ...more,
  }));
const full = { outcome: 'left', because: 'no room' } as const;

test('each is answered where it was started, by the playbook of such', () => {
  expect(candidatesAmong(whole, account)).toMatchObject([
    { one: { kind: 'instance', id: started[0]?.id, account, region: 'us-east-1' }, playbook: 'rogue-instance' },
    { one: { region: 'eu-central-1' }, playbook: 'rogue-instance' },
    { one: { kind: 'notebook', id: 'miner', account, region: 'us-west-2' }, playbook: 'rogue-instance' },
  ]);
});

test('all of them, a part or none: it says so', () => {
  expect(resultOf(answered(2), whole, 'respond')).toMatchObject({
    outcome: 'started',
    because: '2 of 2 are targets of an incident',
  });
  expect(resultOf([...answered(20), ...answered(1, full)], whole, 'respond')).toMatchObject({
    outcome: 'partly-started',
    because: '20 of 21 are targets of an incident; instance i-0: no room',
  });
  expect(resultOf([], { unknown: [] }, 'respond').outcome).toBe('none-started');
  expect(resultOf(answered(1), whole, 'observe')).toMatchObject({
    outcome: 'would-start',
    instances: [{ outcome: 'would-start' }],
  });
});

test('what CloudTrail did not answer may hide more', () => {
  const blind = { unknown: ['us-east-1: AccessDenied'] };
  expect(resultOf(answered(2), blind, 'respond')).toMatchObject({
    outcome: 'partly-started',
    because: '2 of 2 are targets of an incident; not known: us-east-1: AccessDenied',
  });
});

test('of a fleet the first travel on, and the record says how many nobody answers for', () => {
  const result = resultOf([...answered(20), ...answered(80, full)], whole, 'respond');
  expect(result.instances).toHaveLength(40);
  expect(result.because).toMatch(/instance i-19: no room; 60 more are left to people$/);
});
