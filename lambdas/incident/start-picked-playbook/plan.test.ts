import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../lib/domain/approval.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Answered } from '../responses.ts';
import { candidatesAmong, pickedIn, resultOf } from './plan.ts';

const yes = (...levers: string[]): Decision => ({
  verdict: 'APPROVED',
  by: 'Rosa',
  via: 'slack',
  at: '2026-11-30T10:00:00.000Z',
  reason: null,
  ...(levers.length > 0 && { levers }),
});
const offers = ['ec2-instance-compromise', 'malware-on-disk'].map((name) => ({ name, title: name }));
const approval = { state: 'APPROVED', picks: 'playbook', offers } as const;

describe('what a person has picked', () => {
  it('is what the yes is about, also where all that was offered is', () => {
    expect(pickedIn([{ ...approval, decisions: [yes('malware-on-disk')] }])).toEqual(['malware-on-disk']);
    expect(
      pickedIn([{ ...approval, offers: offers.slice(0, 1), decisions: [yes('ec2-instance-compromise')] }]),
    ).toEqual(['ec2-instance-compromise']);
  });

  it.each([
    ['of a yes that picks none', { ...approval, decisions: [yes()] }],
    ['of a no', { ...approval, state: 'DECLINED' as const, decisions: [yes('malware-on-disk')] }],
    ['of levers, which are no playbooks', { ...approval, picks: null, decisions: [yes('malware-on-disk')] }],
    ['of what was not offered', { ...approval, decisions: [yes('root-user')] }],
  ])('is nothing %s', (_, one) => {
    expect(pickedIn([one])).toEqual([]);
  });
});

it('begins about what the finding is about, once for each', () => {
  const one = named('instance', 'i-0123456789abcdef0', { account: '444455556666', region: 'eu-central-1' });
  expect(candidatesAmong(one, ['a', 'b']).map(({ playbook }) => playbook)).toEqual(['a', 'b']);
  expect(candidatesAmong(undefined, ['a'])).toEqual([]);
});

describe('what is reported', () => {
  const answered: Answered = { name: 'instance i-1', playbook: 'a', outcome: 'started', because: 'by a' };
  it.each<[ReturnType<typeof resultOf>['outcome'], string[], Answered[], 'respond' | 'observe']>([
    ['none-picked', [], [], 'respond'],
    ['started', ['a'], [answered], 'respond'],
    ['not-started', ['a'], [{ ...answered, outcome: 'left' }], 'respond'],
    ['not-started', ['a'], [], 'respond'],
    ['would-start', ['a'], [answered], 'observe'],
  ])('is %s', (outcome, picked, all, mode) => {
    expect(resultOf(picked, all, mode).outcome).toBe(outcome);
  });
});
