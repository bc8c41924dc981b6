import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../lib/domain/named.ts';
import { oursIn } from '../../../lib/domain/resource-policy.ts';
import { Bucket } from '../bucket/target.ts';
import type { Actor } from '../bucket-facts.ts';
import { planDeny, sidsFor } from './plan.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const bucket = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt: '2026-11-30T10:00:00.000Z', tags: {} });
const spared = ['arn:aws:iam::111122223333:role/tourniquet-release', 'arn:aws:iam::111122223333:user/emergency/glass'];
const actor = (principal: Partial<Principal>, account = place.account): Actor => ({
  account,
  principal: { kind: 'iam-user', name: null, id: null, session: null, ...principal },
});

function deny(...actors: Actor[]) {
  const target = { ...bucket, actors };
  return planDeny(target, { document: null, sids: sidsFor(target, digest) }, { spared }, digest);
}
function conditionsOf(...actors: Actor[]): unknown[] {
  const plan = deny(...actors);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  return oursIn(plan.ours).map(({ Condition }) => Condition);
}
const leaving = { ArnNotLike: { 'aws:PrincipalArn': spared } };

describe('the statement is about', () => {
  it.each<[string, Actor, object]>([
    ['a user by the unique id', actor({ name: 'mallory', id: 'AIDAM' }), { StringLike: { 'aws:userid': 'AIDAM' } }],
    [
      'a user by name, under any path, where there is no id',
      actor({ name: 'mal*ory' }),
      {
        ArnLike: {
          'aws:PrincipalArn': ['', '*/'].map((path) => `arn:aws:iam::111122223333:user/${path}mal\${*}ory`),
        },
      },
    ],
    [
      'one session of a role',
      actor({ kind: 'role-session', name: 'web', id: 'AROAW', session: 'i-1' }),
      { StringLike: { 'aws:userid': 'AROAW:i-1' } },
    ],
    [
      'all sessions where the finding names none',
      actor({ kind: 'role-session', name: 'web', id: 'AROAW' }),
      { StringLike: { 'aws:userid': 'AROAW:*' } },
    ],
    [
      'a person wherever they work',
      actor({ kind: 'identity-center', name: 'AWSReservedSSO_Admin_1', session: 'eve@example.com' }),
      { StringLike: { 'aws:userid': '*:eve@example.com' } },
    ],
    [
      'a federated session',
      actor({ kind: 'federated-user', name: 'helper' }),
      { StringLike: { 'aws:userid': '111122223333:helper' } },
    ],
    ['the root user', actor({ kind: 'root' }), { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:root' } }],
    [
      'another account',
      actor({ kind: 'account', id: '999988887777' }),
      { StringEquals: { 'aws:PrincipalAccount': '999988887777' } },
    ],
  ])('%s, and leaves responders alone', (_, who, condition) => {
    expect(conditionsOf(who)).toEqual([{ ...condition, ...leaving }]);
  });

  it('each of several, once, under a Sid of its own', () => {
    const [mallory, eve] = [actor({ id: 'AIDAM' }), actor({ id: 'AIDAE' })];
    expect(conditionsOf(mallory, eve, mallory)).toHaveLength(2);
    expect(new Set(sidsFor({ ...bucket, actors: [mallory, eve] }, digest)).size).toBe(2);
    for (const sid of sidsFor({ ...bucket, actors: [mallory] }, digest)) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
  });
});

it.each<[string, Actor[]]>([
  ['it names nobody', []],
  ['nobody had credentials', [actor({ kind: 'account', id: 'ANONYMOUS_PRINCIPAL' })]],
  ['it names its own account', [actor({ kind: 'account', id: place.account })]],
  ['a service of AWS acted', [actor({ kind: 'service', name: 's3.amazonaws.com' })]],
])('has nothing to do where %s', (_, actors) => {
  expect(deny(...actors)).toHaveProperty('nothing');
});

it('refuses to shut out who is on the break-glass list, whatever the path', () => {
  expect(deny(actor({ name: 'glass', id: 'AIDAG' }))).toEqual({ refused: expect.stringContaining('break-glass') });
  expect(conditionsOf(actor({ name: 'glass', id: 'AIDAG' }), actor({ id: 'AIDAM' }))).toHaveLength(1);
});
