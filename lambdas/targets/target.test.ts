import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { named, type Principal, PrincipalKind, resourceOf, TargetKind } from '../../lib/domain/named.ts';
import { allow, statements } from '../../lib/domain/permission.ts';
import { AnyTarget, everywhere, type FirstSight, kindsTaken } from '../../lib/domain/target.ts';
import { Instance } from '../ec2/instance/target.ts';
import { RoleSession } from '../iam/role-session/target.ts';
import { User } from '../iam/user/target.ts';
import { isKnown, kindOf, known, Target, targetArn, targetFrom, targetKindOf } from './target.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const sight: FirstSight = { place, now: '2026-11-29T10:00:00.000Z', since: '2026-11-29T09:00:00.000Z' };
/** As AWS writes the ids of what EC2 has. */
const ids: Partial<Record<TargetKind, string>> = {
  instance: 'i-0123456789abcdef0',
  interface: 'eni-0123456789abcdef0',
  volume: 'vol-0123456789abcdef0',
  snapshot: 'snap-0123456789abcdef0',
  image: 'ami-0123456789abcdef0',
  log: 'trail/main',
};

const holders: Principal[] = PrincipalKind.options.flatMap((kind) =>
  [null, 'session'].map((session) => ({ kind, name: 'name', id: 'AIDAEXAMPLE', session })),
);
const everything = [
  ...TargetKind.options.map((kind) => named(kind, ids[kind] ?? 'name', place)),
  ...TargetKind.options.map((kind) => named(kind, 'not an id', place)),
  ...holders.flatMap((principal) =>
    (['access-key', 'principal'] as const).map((kind) => named(kind, 'AKIAEXAMPLE', place, { principal })),
  ),
];

describe.each(
  everything.map(
    (one) => [`${one.kind} ${one.id} ${one.principal?.kind ?? ''} ${one.principal?.session ?? ''}`, one] as const,
  ),
)('of %s', (_, first) => {
  const target = targetFrom(first, sight);

  test('one kind is made at most, which its own schema takes', () => {
    expect(known.filter(({ from }) => from(first, sight)).length).toBe(isKnown(target) ? 1 : 0);
    expect(Target.parse(target)).toEqual(target);
  });

  test('it goes by the name under which the incident claims it', () => {
    // An id that AWS never gave names nothing of its kind.
    if (first.kind === 'account' || target.kind === 'resource') return;
    expect(targetArn(target)).toBe(resourceOf(first, 'aws'));
  });

  test('nobody in doubt answers a question about themselves', () => {
    const principal = 'principal' in target ? target.principal : null;
    expect(kindOf(target).suspects(target)).toEqual(principal ? [targetArn(target)] : []);
  });
});

describe('what the steps get to work on', () => {
  it.each([
    [
      'the holder of a key',
      named('access-key', 'AKIAEXAMPLE', place, {
        principal: { kind: 'iam-user', name: 'eve', id: null, session: null },
      }),
      'user',
    ],
    ['whoever IAM says holds a key of nobody', named('access-key', 'AKIAEXAMPLE', place), 'user'],
    [
      'a thing, of a holder that no lever works on',
      named('access-key', 'AKIAEXAMPLE', place, { principal: { kind: 'service', name: 's', id: null, session: null } }),
      'access-key',
    ],
    ['a thing, where EC2 never gave such an id', named('instance', 'arn:aws:ec2', place), 'resource'],
    ['the account, where nothing is named', undefined, 'account'],
  ])('is %s', (_, first, kind) => {
    expect(targetKindOf(first)).toBe(kind);
  });
});

describe('rights in a whole account', () => {
  const both = z.discriminatedUnion('kind', [Instance, RoleSession]);
  const all = { partition: 'aws', account: '444455556666', region: '*' };
  type Both = z.infer<typeof both>;

  it('are those on anything of every kind that a contract takes, once each', () => {
    const on = (target: Both) => [targetArn(target), ...(target.role ? [target.role.arn] : [])];
    const [statement] = statements(everywhere(both, [allow('iam:GetRole', on)]), all);
    expect(statement?.Resource.toSorted()).toEqual([
      'arn:aws:ec2:*:444455556666:instance/*',
      'arn:aws:iam::444455556666:role/*',
    ]);
  });

  it('are read from the schema, as the kinds are', () => {
    expect(kindsTaken(both)).toEqual(['instance', 'role-session']);
    expect(kindsTaken(User)).toEqual(['user']);
    expect(kindsTaken(Target).toSorted()).toEqual(
      [...new Set([...TargetKind.options, ...known.map(({ kind }) => kind)])].toSorted(),
    );
    expect(kindsTaken(AnyTarget)).toEqual([]);
  });
});
