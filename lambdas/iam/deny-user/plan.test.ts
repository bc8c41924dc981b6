import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quarantinePolicy } from '../../../lib/domain/identity.ts';
import type { User } from '../user/target.ts';
import { type Act, beforeStateFrom, beforeStateOf, planDeny, toDeny, toRelease, verdictOf } from './plan.ts';
import type { UserDeny } from './step.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const policy = quarantinePolicy(place, 'tourniquet');
const seenAt = '2026-11-03T10:00:00.000Z';
const named = (name: string) => `arn:aws:iam::444455556666:policy/${name}`;
const boundary = named('developers');
const target: User = {
  ...place,
  kind: 'user',
  id: 'alice',
  arn: 'arn:aws:iam::444455556666:user/shop/alice',
  principal: null,
  seenAt,
  tags: {},
  since: null,
  key: 'AKIA1',
  keys: [{ id: 'AKIA1', status: 'Active', createdAt: '2025-01-01T00:00:00.000Z' }],
  attached: [named('read-customers')],
  boundary: null,
};
const free: UserDeny = { attached: 'no', boundary: null };
const byAws = ['AWSCompromisedKeyQuarantine', 'AWSCompromisedKeyQuarantineV2', 'AWSCompromisedKeyQuarantineV3'].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

const step = (now: UserDeny, act: Act): UserDeny => {
  if (act === 'attach') return { ...now, attached: 'yes' };
  if (act === 'detach') return { ...now, attached: 'no' };
  return { ...now, boundary: act === 'no boundary' ? null : act.boundary };
};
/** What IAM makes of the acts. */
const after = (state: UserDeny, acts: readonly Act[]): UserDeny => acts.reduce(step, state);

describe('pictureFrom', () => {
  const at = (ms: number): string => new Date(Date.parse(seenAt) + ms).toISOString();

  it('takes young facts for the present, and no others', () => {
    const { attached } = target;
    const facts = { ...target, attached: [...attached, policy], boundary };
    expect(beforeStateFrom(facts, at(60_000), policy)).toEqual({ attached: 'yes', boundary });
    expect(beforeStateFrom(facts, at(60_001), policy)).toBeNull();
  });

  it('does not take facts that were never read for a user with nothing', () => {
    expect(beforeStateFrom({ ...target, keys: [], attached: [] }, at(0), policy)).toBeNull();
  });

  it("takes only the deployment's own policy for a deny", () => {
    const others = [quarantinePolicy(place, 'another'), named('tourniquet-deny-all'), `${policy}-not`];
    expect(beforeStateOf(others, null, policy)).toEqual(free);
    expect(beforeStateOf([...others, policy], null, policy)).toEqual({ attached: 'yes', boundary: null });
  });
});

describe('planDeny', () => {
  it.each([0, 1, 9])('attaches our policy beside %i others', (attached) => {
    expect(planDeny(target, { ...free, boundary }, { policy, attached })).toEqual({
      ours: { attached: 'yes', boundary },
    });
  });

  it.each([10, 20])('with %i attached takes the permissions boundary, and remembers the old one', (attached) => {
    const before = { attached: 'no', boundary } as const;
    expect(planDeny(target, before, { policy, attached })).toEqual({ ours: { attached: 'no', boundary: policy } });
    expect(toRelease({ attached: 'no', boundary: policy }, before)).toEqual([{ boundary }]);
    expect(toRelease({ attached: 'no', boundary: policy }, free)).toEqual(['no boundary']);
  });

  it.each([
    { attached: 'yes', boundary: null },
    { attached: 'no', boundary: policy },
  ] as const)('has nothing to do where the user is denied: %o', (before) => {
    expect(planDeny(target, before, { policy, attached: 10 })).toEqual({ nothing: 'alice is already denied' });
  });

  it("takes AWS's own quarantine policies neither for ours nor for containment, and counts them", () => {
    const attached = [...byAws, ...target.attached];
    const before = beforeStateOf(attached, null, policy);
    expect(before).toEqual(free);
    expect(planDeny(target, before, { policy, attached: attached.length })).toHaveProperty('ours.attached', 'yes');
    expect(verdictOf(target, before, policy)).toHaveProperty('outcome', 'not-verified');
    expect(planDeny(target, before, { policy, attached: 10 })).toHaveProperty('ours.boundary', policy);
  });
});

describe('what is done', () => {
  const boundaries = fc.constantFrom(null, boundary, named('others'));
  const before = fc.record({ attached: fc.constant('no' as const), boundary: boundaries });
  const meddled = fc.record({ attached: fc.constantFrom('yes' as const, 'no' as const), boundary: boundaries });
  const oursOf = (state: UserDeny, attached: number): UserDeny => {
    const plan = planDeny(target, state, { policy, attached });
    return 'ours' in plan ? plan.ours : state;
  };

  it('denies from whatever somebody made of it, and changes nothing but our own policy', () => {
    fc.assert(
      fc.property(before, meddled, fc.nat(12), (state, now, attached) => {
        const acts = toDeny(now, oursOf(state, attached), policy);
        expect(verdictOf(target, after(now, acts), policy)).toHaveProperty('outcome', 'verified');
        expect(
          acts.filter((act) => act !== 'attach' && JSON.stringify(act) !== JSON.stringify({ boundary: policy })),
        ).toEqual([]);
      }),
    );
  });

  it('is done once', () => {
    fc.assert(
      fc.property(before, fc.nat(12), (state, attached) => {
        const ours = oursOf(state, attached);
        expect(toDeny(ours, ours, policy)).toEqual([]);
      }),
    );
  });

  it('let go, from whatever somebody made of it, leaves what was there before', () => {
    fc.assert(
      fc.property(before, meddled, fc.nat(12), (state, now, attached) => {
        expect(after(oursOf(state, attached), toRelease(oursOf(state, attached), state))).toEqual(state);
        expect(after(now, toRelease(now, state))).toEqual(state);
      }),
    );
  });
});

describe('judge', () => {
  it('says by which way the user is denied', () => {
    expect(verdictOf(target, { attached: 'yes', boundary: null }, policy)).toEqual({
      outcome: 'verified',
      seen: [`alice: ${policy} attached`],
    });
    expect(verdictOf(target, { attached: 'no', boundary: policy }, policy)).toEqual({
      outcome: 'verified',
      seen: [`alice: ${policy} is the permissions boundary`],
    });
  });

  it('does not take another boundary for a deny', () => {
    expect(verdictOf(target, { attached: 'no', boundary }, policy)).toHaveProperty('outcome', 'not-verified');
  });
});
