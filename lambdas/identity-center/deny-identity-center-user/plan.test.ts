import { describe, expect, it } from 'vitest';
import { denies } from '../person-policy.ts';
import { planDeny, type SeenSet, verdictOf } from './plan.ts';
import type { PersonDeny } from './step.ts';

const userId = '906712345a-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d';
const eve = { id: 'eve@example.com', roleName: 'AWSReservedSSO_Developer_0123456789abcdef' };
const set = (name: string): string => `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${name}`;
const policy = (length = 0): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: `s3:${'x'.repeat(length)}*`, Resource: '*' }],
  });
const state = (sets: PersonDeny['sets']): PersonDeny => ({ userId, sets });

function ours(before: PersonDeny): PersonDeny {
  const plan = planDeny(eve, before);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  return plan.ours;
}
const refusal = (before: PersonDeny) => planDeny(eve, before) as { refused?: string };

describe('planDeny', () => {
  it('denies the person in every permission set, one without a policy too, and changes nothing else', () => {
    const before = state({ [set('a')]: policy(), [set('b')]: '' });
    const { userId: same, sets } = ours(before);
    expect(same).toBe(userId);
    expect(Object.keys(sets)).toEqual(Object.keys(before.sets));
    expect(Object.values(sets).map((one) => denies(one, userId))).toEqual([true, true]);
    expect(sets[set('a')]?.startsWith(policy().slice(0, -2))).toBe(true);
  });

  it('has nothing to do where each denies already; a new one is added to', () => {
    const held = ours(state({ [set('a')]: policy() }));
    expect(planDeny(eve, held)).toEqual({ nothing: 'eve@example.com is already denied in all permission sets' });
    const more = ours(state({ ...held.sets, [set('b')]: '' }));
    expect(more.sets[set('a')]).toBe(held.sets[set('a')]);
    expect(denies(more.sets[set('b')] ?? '', userId)).toBe(true);
  });

  it('leaves to people whom the directory does not know, and who has no permission set', () => {
    expect(refusal({ userId: null, sets: {} }).refused).toMatch(/no user eve@example.com; deny .* of the organisation/);
    expect(refusal(state({})).refused).toMatch(/has no permission set .*; deny .* of the organisation/);
  });

  it('takes a policy that is full just so, and no fuller one', () => {
    const added = (ours(state({ [set('a')]: policy() })).sets[set('a')]?.length ?? 0) - policy().length;
    const room = 10_240 - policy().length - added;
    expect(ours(state({ [set('a')]: policy(room) })).sets[set('a')]).toHaveLength(10_240);
    expect(refusal(state({ [set('a')]: policy(room + 1) })).refused).toMatch(
      /^the policy of ps-a has no room .* policy of the organisation$/,
    );
  });

  it('denies where there is room, and leaves the rest to the second way: what stays open reads back so', () => {
    const before = state({ [set('a')]: policy(10_240), [set('b')]: '' });
    const { sets } = ours(before);
    expect(sets[set('a')]).toBe(before.sets[set('a')]);
    expect(denies(sets[set('b')] ?? '', userId)).toBe(true);
  });

  it('counts white space apart: AWS takes three times as much with it', () => {
    const spaced = (length: number): string => policy().replace('"Resource"', `${' '.repeat(length)}"Resource"`);
    expect(denies(ours(state({ [set('a')]: spaced(20_000) })).sets[set('a')] ?? '', userId)).toBe(true);
    expect(refusal(state({ [set('a')]: spaced(32_768) })).refused).toContain('has no room');
  });

  it('takes no more than a run can carry', () => {
    const many = (length: number) =>
      state(Object.fromEntries([...'abcdefgh'].map((one) => [set(one), policy(length)])));
    expect(planDeny(eve, many(4900))).toHaveProperty('ours');
    expect(refusal(many(5000)).refused).toMatch(/8 permission sets are too large/);
  });
});

describe('judge', () => {
  const seen = (one: Partial<SeenSet> = {}): SeenSet => ({ name: 'Developer', denied: 'yes', behind: [], ...one });

  it('verifies what denies everywhere', () => {
    expect(verdictOf(eve, [seen(), seen({ name: 'Read' })])).toEqual({
      outcome: 'verified',
      seen: ['Developer denies eve@example.com in all its accounts', 'Read denies eve@example.com in all its accounts'],
    });
  });

  it.each<[string, Partial<SeenSet>, RegExp]>([
    ['a permission set without the deny', { denied: 'no' }, /^the permission set Developer does not deny/],
    [
      'accounts that do not have it yet',
      { behind: ['111122223333', '444455556666'] },
      /has not reached 111122223333, 4/,
    ],
    ['many of these', { behind: [...'1234567'] }, /1, 2, 3, 4, 5 and 2 more/],
  ])('does not verify %s', (_, one, because) => {
    expect(verdictOf(eve, [seen({ name: 'Read' }), seen(one)])).toEqual({
      outcome: 'not-verified',
      because: expect.stringMatching(because),
    });
  });

  it('does not verify where the session at hand is of another permission set, of a longer name too', () => {
    const because = expect.stringContaining('AWSReservedSSO_Developer_0123456789abcdef belongs to no permission set');
    for (const names of [['Read'], ['Develop'], ['Developer_0'], []])
      expect(
        verdictOf(
          eve,
          names.map((name) => seen({ name })),
        ),
      ).toEqual({ outcome: 'not-verified', because });
  });
});
