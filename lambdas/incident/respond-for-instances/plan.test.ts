import { expect, test } from 'vitest';
import type { Answered } from '../responses.ts';
import { candidatesAmong, resultOf } from './plan.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const answered = (n: number, more: Partial<Answered> = {}): Answered[] =>
  Array.from({ length: n }, (_, at) => ({
    name: `instance i-${at}`,
    playbook: 'ec2-instance-compromise',
    outcome: 'started',
    because: 'by ec2-instance-compromise',
    ...more,
  }));
const full = { outcome: 'left', because: 'no room' } as const;

test('those that run are answered first, all by the playbook of instances', () => {
  const launched = [
    { id: 'i-1', state: 'stopped' },
    { id: 'i-2', state: 'running' },
    { id: 'i-3', state: 'running' },
  ];
  const candidates = candidatesAmong(launched, place);
  expect(candidates.map(({ one }) => one.id)).toEqual(['i-2', 'i-3', 'i-1']);
  expect(new Set(candidates.map(({ playbook }) => playbook))).toEqual(new Set(['ec2-instance-compromise']));
});

test('each that is left to people is named, with the reason once', () => {
  const result = resultOf([...answered(20), ...answered(2, full)], 'respond');
  expect(result).toMatchObject({
    outcome: 'partly-started',
    because: '20 of 22 are targets of an incident; instance i-0, instance i-1: no room',
  });
});

test('of a fleet the first travel on, and the record says how many nobody answers for', () => {
  const result = resultOf([...answered(20), ...answered(130, full)], 'respond');
  expect(result.instances).toHaveLength(40);
  expect(result.because).toMatch(/instance i-99: no room; 30 more are left to people$/);
});

test('where nothing was launched from it, or all is only observed, it says so', () => {
  expect(resultOf([], 'respond').outcome).toBe('none-launched');
  expect(resultOf(answered(1), 'observe')).toMatchObject({
    outcome: 'would-start',
    instances: [{ outcome: 'would-start' }],
  });
});
