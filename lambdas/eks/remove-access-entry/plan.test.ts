import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../lib/domain/named.ts';
import { entryOf } from '../eks-cluster/facts.ts';
import { eksCluster } from '../eks-cluster/target.ts';
import { planRemoval, policySteps } from './plan.ts';
import type { AccessEntry } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const role = 'arn:aws:iam::111122223333:role/team/deploy';
const target = { ...eksCluster.any(place), id: 'shop', entry: role };
const standard: AccessEntry = {
  entry: { type: 'STANDARD', username: role, groups: ['deployers'], tags: {}, policies: {} },
};

describe('planRemoval', () => {
  it('removes an entry, and has nothing to do without one', () => {
    expect(planRemoval(target, standard)).toEqual({ ours: { entry: null } });
    expect(planRemoval(target, { entry: null })).toHaveProperty('nothing');
  });

  it('leaves those of nodes alone, and says why where nobody came in by one', () => {
    const node: AccessEntry = { entry: standard.entry && { ...standard.entry, type: 'EC2_LINUX' } };
    expect(planRemoval(target, node)).toEqual({ refused: expect.stringMatching(/EC2_LINUX, and the cluster's nodes/) });
    expect(planRemoval({ ...target, entry: null, because: 'why' }, standard)).toEqual({ refused: 'why' });
  });
});

describe('whose entry it is', () => {
  const who = (kind: Principal['kind'], name: string | null): Principal => ({ kind, name, id: null, session: null });
  const entries = [role, 'arn:aws:iam::111122223333:user/deploy', 'arn:aws:iam::111122223333:role/tourniquet-contain'];

  it('is that of the user or role by name, whatever its path', () => {
    expect(entryOf(who('role-session', 'deploy'), entries, []).entry).toBe(role);
    expect(entryOf(who('iam-user', 'deploy'), entries, []).entry).toBe(entries[1]);
  });

  it.each([
    ['nobody', null, /system:anonymous/],
    ['somebody without one', who('iam-user', 'eve'), /user eve has no access entry/],
    ['our own', who('role-session', 'tourniquet-contain'), /Tourniquet's own role/],
    ['an account', who('account', '444455556666'), /names no user and no role/],
  ])('is none of %s, with the reason', (_, principal, words) => {
    expect(entryOf(principal, entries, entries.slice(2))).toEqual({
      entry: null,
      because: expect.stringMatching(words),
    });
  });
});

it('policies are made what they were, each with its namespaces', () => {
  expect(policySteps({ a: null, b: ['x'], d: null }, { a: null, b: ['x', 'y'], c: null })).toEqual({
    associate: [
      ['b', ['x', 'y']],
      ['c', null],
    ],
    disassociate: ['d'],
  });
});
